-- Takes some of what may be started, if there is enough. KEYS: a hash, minute -> starts taken. ARGV: how many are
-- wanted, how many were told to be left, the minutes in which what was taken may not have been told as such yet.
-- Answer: how many were left for whoever asks. They were taken if these are as many as are wanted.
local minute, minutes = math.floor(redis.call('TIME')[1] / 60), tonumber(ARGV[3])
local wanted, left, counts = tonumber(ARGV[1]), tonumber(ARGV[2]), redis.call('HGETALL', KEYS[1])
for i = 1, #counts, 2 do
  if tonumber(counts[i]) < minute - minutes then
    redis.call('HDEL', KEYS[1], counts[i])
  else
    left = left - counts[i + 1]
  end
end
if left >= wanted then
  redis.call('HINCRBY', KEYS[1], minute, wanted)
  redis.call('EXPIRE', KEYS[1], (minutes + 1) * 60)
end
return left
