-- Writes one subscription and everything that points at it, as one step.
-- ARGV: id, JSON of what it was when it was read ('' if there was none), JSON of what it is to be ('' to remove it),
--       digest of owner, digest of destination, when it was made (s), feed, JSON of the feed, kind, active ('1' or '0'),
--       most an owner may have, when the feed is due ('' if not by the clock), '1' if its rhythm has changed, and pairs
--       of vector field, vector.
-- Answer: 1, or 0: it was changed by another since it was read; -1: the owner has too many.
local id, before, after, owner, place, made = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local feed, feed_json, kind, active, most = ARGV[7], ARGV[8], ARGV[9], ARGV[10], tonumber(ARGV[11])
local due, new_rhythm, FIRST_VECTOR, GONE_KEPT = ARGV[12], ARGV[13] == '1', 14, 10000
local key = L .. ':subscription:' .. id
local found = redis.call('HGET', key, 'data') or ''
if found ~= before then return 0 end
local of_owner, of_place, members = L .. ':owner:' .. owner, L .. ':destination:' .. place, L .. ':members:' .. feed

local function leave_feed(old)
  if redis.call('SREM', L .. ':members:' .. old, id) == 1 and redis.call('SCARD', L .. ':members:' .. old) == 0 then
    redis.call('HDEL', L .. ':feed', old)
    redis.call('HDEL', L .. ':newest', old)
    redis.call('ZREM', L .. ':feeds', old)
    redis.call('DEL', L .. ':inbox:' .. old, L .. ':told:' .. old, L .. ':active:' .. old)
  end
  redis.call('SREM', L .. ':active:' .. old, id)
  if redis.call('SCARD', L .. ':active:' .. old) == 0 then redis.call('ZREM', L .. ':feeds', old) end
end

local function touch_topic(is_there)
  if kind ~= 'topics' then return end
  local revision = redis.call('INCR', L .. ':revision')
  redis.call(is_there and 'ZADD' or 'ZREM', L .. ':topics', unpack(is_there and { revision, id } or { id }))
  redis.call(is_there and 'ZREM' or 'ZADD', L .. ':topics:gone', unpack(is_there and { id } or { revision, id }))
  redis.call('ZREMRANGEBYRANK', L .. ':topics:gone', 0, -GONE_KEPT - 1)
end

local old_feed = redis.call('HGET', key, 'feed')
if after == '' then
  redis.call('DEL', key)
  redis.call('ZREM', L .. ':subscriptions', id)
  redis.call('SREM', of_owner, id)
  redis.call('SREM', of_place, id)
  if old_feed then leave_feed(old_feed) end
  touch_topic(false)
  return 1
end

local old_owner = redis.call('HGET', key, 'owner')
if old_owner ~= owner then
  if redis.call('SCARD', of_owner) >= most then return -1 end
  if old_owner then redis.call('SREM', L .. ':owner:' .. old_owner, id) end
end
redis.call('HSET', key, 'data', after, 'feed', feed, 'owner', owner)
for i = FIRST_VECTOR, #ARGV, 2 do redis.call('HSET', key, ARGV[i], ARGV[i + 1]) end
redis.call('ZADD', L .. ':subscriptions', made, id)
redis.call('SADD', of_owner, id)
redis.call('SADD', of_place, id)
if old_feed and old_feed ~= feed then leave_feed(old_feed) end
redis.call('SADD', members, id)
redis.call('HSET', L .. ':feed', feed, feed_json)
redis.call(active == '1' and 'SADD' or 'SREM', L .. ':active:' .. feed, id)
touch_topic(active == '1')
if redis.call('SCARD', L .. ':active:' .. feed) == 0 then
  redis.call('ZREM', L .. ':feeds', feed)
elseif due ~= '' and (new_rhythm or not redis.call('ZSCORE', L .. ':feeds', feed)) then
  redis.call('ZADD', L .. ':feeds', due, feed)
end
return 1
