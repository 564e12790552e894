-- Says that a sender is alive and still at these deliveries. ARGV: holder, lease (ms), ids. Answer: those it has lost.
local lost, ms = {}, milliseconds()
for i = 3, #ARGV do
  if redis.call('HGET', delivery_key(ARGV[i]), 'holder') == ARGV[1] then
    redis.call('ZADD', L .. ':claimed', ms + tonumber(ARGV[2]), ARGV[i])
    redis.call('HDEL', delivery_key(ARGV[i]), 'suspect')
  else
    lost[#lost + 1] = ARGV[i]
  end
end
return lost
