-- Forgets what is stored, unless it was changed meanwhile.
-- KEYS[1]: a hash, or a string. ARGV: as it was, and of a hash the field. Answer: 1 if forgotten.
local field = ARGV[2]
local found = field and redis.call('HGET', KEYS[1], field) or not field and redis.call('GET', KEYS[1])
if found ~= ARGV[1] then return 0 end
if field then redis.call('HDEL', KEYS[1], field) else redis.call('DEL', KEYS[1]) end
return 1
