-- The last question before a message leaves. ARGV: now, id, holder, lease (ms), history (s), ids of
-- the papers it tells of, as text.
-- Answer: 1 if it is to leave, 0 if it must not: the claim was lost, or nobody wants the message any more.
local now, id, holder = tonumber(ARGV[1]), ARGV[2], ARGV[3]
local key = delivery_key(id)
local d = redis.call('HMGET', key, 'holder', 'feed', 'destination')
if d[1] ~= holder then return 0 end
local reason = obsolete(id, d[2], d[3])
if reason then
  close(id, 'dead', now, reason, tonumber(ARGV[5]))
  return 0
end
redis.call('HSET', key, 'sending', 1, 'papers', ARGV[6])
redis.call('ZADD', L .. ':claimed', milliseconds() + tonumber(ARGV[4]), id)
return 1
