-- Says that a sender is alive and still at these deliveries. ARGV: lease (ms), pairs of id,
-- turn. Answer: the ids it has lost.
local lost, ms = {}, milliseconds()
for i = 2, #ARGV, 2 do
  if is_held(ARGV[i], ARGV[i + 1]) then
    redis.call('ZADD', claimed_key(redis.call('HGET', delivery_key(ARGV[i]), 'lane')), ms + tonumber(ARGV[1]), ARGV[i])
    redis.call('HDEL', delivery_key(ARGV[i]), 'suspect')
  else
    lost[#lost + 1] = ARGV[i]
  end
end
return lost
