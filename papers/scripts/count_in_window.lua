-- Counts something in a window that moves on, to the minute. KEYS: a hash, minute -> count. ARGV: minutes.
-- Answer: how many there were in these minutes, this one included.
local minute, minutes = math.floor(redis.call('TIME')[1] / 60), tonumber(ARGV[1])
redis.call('HINCRBY', KEYS[1], minute, 1)
redis.call('EXPIRE', KEYS[1], (minutes + 1) * 60)
local sum, counts = 0, redis.call('HGETALL', KEYS[1])
for i = 1, #counts, 2 do
  if tonumber(counts[i]) < minute - minutes then redis.call('HDEL', KEYS[1], counts[i]) else sum = sum + counts[i + 1] end
end
return sum
