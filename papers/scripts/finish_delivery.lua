-- Records what came of an attempt. ARGV: now, id, turn, history (s), JSON of the outcome:
--   state       sent, empty, dead, unknown; failed, due (given back untried): from: when to try again, look: it may be there
--   reason, message, papers (list of ids, as text), told (name of the set they go to), drop (papers that leave the inbox)
--   pause       {bucket, ms}: what the platform asked for
--   disable     JSON to keep for the destination: nothing more is sent there
--   notice      a delivery (see create) that tells somebody of it
-- Answer: 'ok'; 'lost': it is in other hands, nothing was recorded; 'twice': another has sent it too; 'gone': it is erased.
local now, id, turn, history, o = tonumber(ARGV[1]), ARGV[2], ARGV[3], tonumber(ARGV[4]), cjson.decode(ARGV[5])
local key = delivery_key(id)
local d = redis.call('HMGET', key, 'ended', 'state', 'feed', 'destination', 'message', 'from', 'digest')
if not d[2] then return 'gone' end
if d[1] == turn then return 'ok' end -- said before, and only the answer was lost
if o.pause then
  redis.call('ZADD', L .. ':buckets', 'GT', milliseconds() + o.pause[2], 'pause:' .. o.pause[1])
end
if not is_held(id, turn) then
  -- A sender that was taken for dead has sent it all the same: that is what counts.
  if o.state ~= 'sent' then return 'lost' end
  if d[2] == 'sent' then return d[5] == o.message and 'lost' or 'twice' end
end
redis.call('HSET', key, 'ended', turn)
if o.message then redis.call('HSET', key, 'message', o.message) end
if o.papers then redis.call('HSET', key, 'papers', o.papers) end
if o.state == 'failed' then
  enter(id, 'failed', now)
  redis.call('HSET', key, 'reason', o.reason or '')
  redis.call('HINCRBY', key, 'tries', 1)
  if not o.look then redis.call('HDEL', key, 'sending') end
  wait(id, o.from or now)
elseif o.state == 'due' then
  enter(id, 'due', now)
  if not o.look then redis.call('HDEL', key, 'sending') end
  wait(id, o.from or d[6] or now)
else
  if o.state ~= 'dead' then redis.call('HDEL', key, 'reason') end
  close(id, o.state, now, o.reason or '', history)
end
if o.told and redis.call('HEXISTS', L .. ':feed', d[3]) == 1 then
  local told, inbox = L .. ':told:' .. o.told, L .. ':inbox:' .. d[3]
  redis.call('ZREMRANGEBYSCORE', told, '-inf', now - history)
  for _, paper in ipairs(o.drop) do
    redis.call('ZADD', told, now, paper)
    -- Of one that is there, but not complete, it must be possible to write the same again.
    if o.state ~= 'failed' then redis.call('HDEL', inbox, paper) end
  end
  redis.call('EXPIRE', told, history)
end
if o.disable then redis.call('HSET', L .. ':disabled', d[4], o.disable) end
if o.notice then
  o.notice.also = d[7]
  create(o.notice, now, history)
end
return 'ok'
