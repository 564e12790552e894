-- The ledger's own words, put before each of its scripts. KEYS[1] is the prefix and hash tag of all its keys.
-- Times called `now` are seconds of the application's clock, times called `ms` milliseconds of this server's.
local L = KEYS[1]

local function delivery_key(id) return L .. ':delivery:' .. id end
local function platform_of(lane) return string.match(lane, '^[^:]+') end
local function claimed_key(lane) return L .. ':claimed:' .. platform_of(lane) end

local function milliseconds()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- Whether a delivery is still in the hands that were given it as its `turn`: one sender may have had it twice.
local function is_held(id, turn)
  local d = redis.call('HMGET', delivery_key(id), 'holder', 'turn')
  return d[1] and d[2] == turn
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
  redis.call('ZREM', claimed_key(lane), id)
  redis.call('ZADD', L .. ':waiting:' .. lane, from, id)
  -- A lane that was to be looked at later is looked at now; one whose turn it is already does not get ahead.
  redis.call('ZADD', L .. ':lanes:' .. platform_of(lane), 'LT', milliseconds(), lane)
end

-- It has come to its end, and is remembered for `life` seconds.
local function close(id, state, now, reason, life)
  local key = delivery_key(id)
  local d = redis.call('HMGET', key, 'lane', 'digest', 'also')
  enter(id, state, now)
  redis.call('ZREM', claimed_key(d[1]), id)
  redis.call('ZREM', L .. ':waiting:' .. d[1], id)
  redis.call('HDEL', key, 'holder', 'suspect', 'from')
  if reason ~= '' then redis.call('HSET', key, 'reason', reason) end
  redis.call('EXPIRE', key, life)
  redis.call('EXPIRE', L .. ':deliveries:' .. d[2], life)
  if d[3] then redis.call('EXPIRE', L .. ':deliveries:' .. d[3], life) end
end

-- Why it must not be sent any more, or nil.
local function obsolete(id, feed, destination)
  local disabled = redis.call('HGET', L .. ':disabled', destination)
  if disabled then return 'the destination is disabled: ' .. cjson.decode(disabled).reason end
  if feed == '' then return nil end
  if redis.call('HEXISTS', L .. ':feed', feed) == 0 then return 'its subscription was removed' end
  local newest = redis.call('HGET', L .. ':newest', feed) == id or redis.call('HEXISTS', delivery_key(id), 'by_hand') == 1
  if not newest then return 'superseded: a later one was due before this was sent' end
  return nil
end

-- The list of a destination's deliveries forgets those that are over; one that still waits must be found to be erased.
local function list_for_destination(digest, id, now, history)
  local list = L .. ':deliveries:' .. digest
  for _, old in ipairs(redis.call('ZRANGEBYSCORE', list, '-inf', now - history, 'LIMIT', 0, 50)) do
    if redis.call('EXISTS', delivery_key(old)) == 0 then redis.call('ZREM', list, old) end
  end
  redis.call('ZADD', list, now, id)
  redis.call('PERSIST', list)
end

-- `d`: id, kind, feed, destination, digest, lane, period, due, about, and of a notice also: the digest of the
-- destination it tells of, with which it goes when that is erased. Makes it unless it was made before.
local function create(d, now, history)
  if redis.call('EXISTS', delivery_key(d.id)) == 1 then return false end
  redis.call('HSET', delivery_key(d.id), 'kind', d.kind, 'feed', d.feed, 'destination', d.destination, 'lane', d.lane,
    'digest', d.digest, 'period', d.period, 'due', d.due, 'about', d.about, 'tries', 0)
  list_for_destination(d.digest, d.id, now, history)
  if d.also and d.also ~= '' then
    redis.call('HSET', delivery_key(d.id), 'also', d.also)
    list_for_destination(d.also, d.id, now, history)
  end
  enter(d.id, 'due', now)
  wait(d.id, d.due)
  return true
end

-- Leaves no trace of a delivery, wherever it is.
local function erase(id)
  local d = redis.call('HMGET', delivery_key(id), 'state', 'lane', 'feed', 'digest', 'also')
  for _, state in ipairs(d[1] and { d[1] } or { 'sent', 'empty', 'dead', 'unknown' }) do
    redis.call('ZREM', L .. ':state:' .. state, id)
  end
  if not d[1] then return end
  redis.call('ZREM', L .. ':waiting:' .. d[2], id)
  redis.call('ZREM', claimed_key(d[2]), id)
  for _, digest in ipairs({ d[4], d[5] or nil }) do redis.call('ZREM', L .. ':deliveries:' .. digest, id) end
  if redis.call('HGET', L .. ':newest', d[3]) == id then redis.call('HDEL', L .. ':newest', d[3]) end
  redis.call('DEL', delivery_key(id))
end
