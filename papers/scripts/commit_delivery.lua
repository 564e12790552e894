-- The last question before a message leaves. ARGV: now, id, turn, lease (ms), history (s), ids of the papers it tells
-- of, as text.
-- Answer: the time (ms) if it is to leave, 0 if it must not: the claim was lost, nobody wants the message any more, or the platform
-- has asked meanwhile for a pause.
local now, id = tonumber(ARGV[1]), ARGV[2]
local key = delivery_key(id)
if not is_held(id, ARGV[3]) then return 0 end
local d = redis.call('HMGET', key, 'feed', 'destination', 'lane', 'from')
local reason = obsolete(id, d[1], d[2])
if reason then
  close(id, 'dead', now, reason, tonumber(ARGV[5]))
  return 0
end
local ms = milliseconds()
for _, bucket in ipairs({ 'channel:' .. d[2], 'workspace:' .. d[3], 'platform:' .. platform_of(d[3]) }) do
  if tonumber(redis.call('ZSCORE', L .. ':buckets', 'pause:' .. bucket) or 0) > ms then
    enter(id, 'due', now)
    wait(id, d[4] or now)
    return 0
  end
end
redis.call('HSET', key, 'sending', 1, 'papers', ARGV[6], 'left', string.format('%.0f', ms), 'written', now)
redis.call('HDEL', key, 'suspect')
redis.call('ZADD', claimed_key(d[3]), ms + tonumber(ARGV[4]), id)
return ms
