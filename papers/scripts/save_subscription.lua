-- Writes one subscription and everything that points at it, as one step.
-- ARGV: id, JSON of what it was when it was read ('' if there was none), and JSON of what is wanted:
--   data        JSON of what it is to be; absent to remove it
--   owner, place     digests of its owner and destination
--   made        when it was made (s)
--   kind, feed, feed_json
--   active      whether anything is to be sent for it
--   most        how many an owner may have
--   due         when its feed is due next (s)
--   timed       whether that is up to the clock; else it is due if something waits in its inbox
--   new_rhythm  whether its rhythm has changed
--   enable      a destination that is disabled no more
--   drop_vectors     whether the vectors it has are of what it was
-- and pairs of vector field, vector. Answer: 1, or 0: it was changed by another since it was read; -1: too many.
local id, before, w = ARGV[1], ARGV[2], cjson.decode(ARGV[3])
local FIRST_VECTOR, GONE_KEPT = 4, 10000
local key, feeds = L .. ':subscription:' .. id, L .. ':feeds'
if (redis.call('HGET', key, 'data') or '') ~= before then return 0 end
local of_owner, of_place = L .. ':owner:' .. w.owner, L .. ':destination:' .. w.place
local old_feed = redis.call('HGET', key, 'feed')

-- What waits to be told of in this topic's name goes along to its new feed, or goes.
local function take_matches(old, new)
  local from = L .. ':inbox:' .. old
  local waiting = redis.call('HGETALL', from)
  for i = 1, #waiting, 2 do
    local paper, topics = waiting[i], cjson.decode(waiting[i + 1])
    local score = topics[id]
    if score then
      topics[id] = nil
      if next(topics) then redis.call('HSET', from, paper, cjson.encode(topics)) else redis.call('HDEL', from, paper) end
      if new then
        local known = redis.call('HGET', L .. ':inbox:' .. new, paper)
        local there = known and cjson.decode(known) or {}
        there[id] = score
        redis.call('HSET', L .. ':inbox:' .. new, paper, cjson.encode(there))
      end
    end
  end
end

local function leave_feed(old)
  if redis.call('SREM', L .. ':members:' .. old, id) == 1 and redis.call('EXISTS', L .. ':members:' .. old) == 0 then
    redis.call('HDEL', L .. ':feed', old)
    redis.call('HDEL', L .. ':newest', old)
    redis.call('DEL', L .. ':inbox:' .. old, L .. ':told:' .. old)
  end
  redis.call('SREM', L .. ':active:' .. old, id)
  if redis.call('EXISTS', L .. ':active:' .. old) == 0 then redis.call('ZREM', feeds, old) end
end

local function touch_topic(is_there)
  if w.kind ~= 'topics' then return end
  local revision = redis.call('INCR', L .. ':revision')
  redis.call(is_there and 'ZADD' or 'ZREM', L .. ':topics', unpack(is_there and { revision, id } or { id }))
  redis.call(is_there and 'ZREM' or 'ZADD', L .. ':topics:gone', unpack(is_there and { id } or { revision, id }))
  redis.call('ZREMRANGEBYRANK', L .. ':topics:gone', 0, -GONE_KEPT - 1)
end

if not w.data then
  redis.call('DEL', key)
  redis.call('ZREM', L .. ':subscriptions', id)
  redis.call('SREM', of_owner, id)
  redis.call('SREM', of_place, id)
  if old_feed then
    take_matches(old_feed, nil)
    leave_feed(old_feed)
  end
  touch_topic(false)
  return 1
end

local old_owner = redis.call('HGET', key, 'owner')
if old_owner ~= w.owner then
  if redis.call('SCARD', of_owner) >= w.most then return -1 end
  if old_owner then redis.call('SREM', L .. ':owner:' .. old_owner, id) end
end
if w.drop_vectors then
  for _, field in ipairs(redis.call('HKEYS', key)) do
    if string.sub(field, 1, 4) == 'vec_' then redis.call('HDEL', key, field) end
  end
end
redis.call('HSET', key, 'data', w.data, 'feed', w.feed, 'owner', w.owner)
for i = FIRST_VECTOR, #ARGV, 2 do redis.call('HSET', key, ARGV[i], ARGV[i + 1]) end
redis.call('ZADD', L .. ':subscriptions', w.made, id)
redis.call('SADD', of_owner, id)
redis.call('SADD', of_place, id)
if old_feed and old_feed ~= w.feed then
  take_matches(old_feed, w.feed)
  leave_feed(old_feed)
end
redis.call('SADD', L .. ':members:' .. w.feed, id)
redis.call('HSET', L .. ':feed', w.feed, w.feed_json)
redis.call(w.active and 'SADD' or 'SREM', L .. ':active:' .. w.feed, id)
touch_topic(w.active)
if w.enable then redis.call('HDEL', L .. ':disabled', w.enable) end

-- A topic that joins a feed waits for that feed's due time: moving it could take today's message from the others.
local moved = w.timed and w.new_rhythm and old_feed == w.feed
if redis.call('EXISTS', L .. ':active:' .. w.feed) == 0 then
  redis.call('ZREM', feeds, w.feed)
elseif w.timed or redis.call('EXISTS', L .. ':inbox:' .. w.feed) == 1 then
  redis.call('ZADD', feeds, unpack(moved and { w.due, w.feed } or { 'NX', w.due, w.feed }))
end
return 1
