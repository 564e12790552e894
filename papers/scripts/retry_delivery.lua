-- A person wants a delivery that has ended, or waits for its next try, to be sent now. ARGV: now, id.
-- Answer: its state until now, or nothing if there is no such delivery. What is due, in hand or sent stays as it is.
local now, id = tonumber(ARGV[1]), ARGV[2]
local key = delivery_key(id)
local d = redis.call('HMGET', key, 'state', 'digest')
if d[1] == 'dead' or d[1] == 'unknown' or d[1] == 'failed' or d[1] == 'empty' then
  -- Of one that ended unknown the person knows better; of one that failed the flag stays: look first.
  if d[1] ~= 'failed' then redis.call('HDEL', key, 'sending') end
  redis.call('HSET', key, 'tries', 0, 'takeovers', 0)
  redis.call('HSET', key, 'by_hand', 1) -- wanted, whatever came after it
  redis.call('PERSIST', key)
  redis.call('PERSIST', L .. ':deliveries:' .. d[2])
  enter(id, 'due', now)
  wait(id, now)
end
return d[1]
