-- Gives a part of the shards back, if it is still held by its owner. KEYS: the hash of take_shards. ARGV: owner, part.
-- Answer: whether it was.
local who = string.match(redis.call('HGET', KEYS[1], ARGV[2]) or '', '^(%x+) ')
if who ~= ARGV[1] then return 0 end
return redis.call('HDEL', KEYS[1], ARGV[2])
