-- The ledger's own words, put before each of its scripts. KEYS[1] is the prefix and hash tag of all its keys.
-- Times called `now` are seconds of the application's clock, times called `ms` milliseconds of this server's.
local L = KEYS[1]

local function delivery_key(id) return L .. ':delivery:' .. id end

local function milliseconds()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

local function enter(id, state, now)
  local key = delivery_key(id)
  local before = redis.call('HGET', key, 'state')
  if before then redis.call('ZREM', L .. ':state:' .. before, id) end
  redis.call('HSET', key, 'state', state, 'changed', now)
  redis.call('ZADD', L .. ':state:' .. state, now, id)
end

-- It may be claimed from `from` on.
local function wait(id, from)
  local lane = redis.call('HGET', delivery_key(id), 'lane')
  redis.call('HSET', delivery_key(id), 'from', from)
  redis.call('HDEL', delivery_key(id), 'holder', 'suspect')
  redis.call('ZREM', L .. ':claimed', id)
  redis.call('ZADD', L .. ':waiting:' .. lane, from, id)
  redis.call('ZADD', L .. ':lanes:' .. string.match(lane, '^[^:]+'), 0, lane)
end

-- It has come to its end, and is remembered for `life` seconds.
local function close(id, state, now, reason, life)
  local key = delivery_key(id)
  enter(id, state, now)
  redis.call('ZREM', L .. ':claimed', id)
  redis.call('ZREM', L .. ':waiting:' .. redis.call('HGET', key, 'lane'), id)
  redis.call('HDEL', key, 'holder', 'suspect', 'from')
  if reason ~= '' then redis.call('HSET', key, 'reason', reason) end
  redis.call('EXPIRE', key, life)
end

-- Why it must not be sent any more, or nil.
local function obsolete(id, feed, destination)
  local disabled = redis.call('HGET', L .. ':disabled', destination)
  if disabled then return 'the destination is disabled: ' .. cjson.decode(disabled).reason end
  if feed == '' then return nil end
  if redis.call('HEXISTS', L .. ':feed', feed) == 0 then return 'its subscription was removed' end
  if redis.call('HGET', L .. ':newest', feed) ~= id then return 'superseded: a later one was due before this was sent' end
  return nil
end

-- `d`: id, kind, feed, destination, digest, lane, period, due, about. Makes it unless it was made before.
local function create(d, now, history)
  if redis.call('EXISTS', delivery_key(d.id)) == 1 then return false end
  redis.call('HSET', delivery_key(d.id), 'kind', d.kind, 'feed', d.feed, 'destination', d.destination, 'lane', d.lane,
    'period', d.period, 'due', d.due, 'about', d.about, 'tries', 0)
  redis.call('ZREMRANGEBYSCORE', L .. ':deliveries:' .. d.digest, '-inf', now - history)
  redis.call('ZADD', L .. ':deliveries:' .. d.digest, now, d.id)
  enter(d.id, 'due', now)
  wait(d.id, d.due)
  return true
end
