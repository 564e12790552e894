-- Replaces what is stored, encrypted, by the same under a newer key, unless it was changed meanwhile.
-- KEYS[1]: a hash, or a string. ARGV: as it was, as it shall be, and of a hash the field. Answer: 1 if replaced.
local field = ARGV[3]
local found = field and redis.call('HGET', KEYS[1], field) or not field and redis.call('GET', KEYS[1])
if found ~= ARGV[1] then return 0 end
if field then redis.call('HSET', KEYS[1], field, ARGV[2]) else redis.call('SET', KEYS[1], ARGV[2]) end
return 1
