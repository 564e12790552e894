-- Gives deliveries that are due to a sender, as fast as the platforms' limits allow and lane by lane in turn.
-- ARGV: now, holder, how many, lease (ms), limits JSON {platform: {channel|workspace|platform: [ms a message, burst]}},
--       history (s), most takeovers. Only platforms named in the limits are served.
-- Answer: {ms until it is worth asking again (-1: nothing waits), {id, risk, fields…}, …}; risk is 2 if its message may
-- have left, 1 if the record of that may be lost, else 0.
local now, holder, wanted, lease = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local limits, history, most_takeovers = cjson.decode(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local LANES, LOOK_AHEAD, IDLE, LOST_AT_MOST = 256, 50, 1000, 60
local ms = milliseconds()
local answer = { -1 }

-- A server that restarted may have lost its last moments, and with them the record of what was sent in them: what
-- was due by then may be there already.
local epoch = redis.call('HMGET', L .. ':epoch', 'run', 'last', 'doubt')
local run, last, doubt = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)'), tonumber(epoch[2]), tonumber(epoch[3])
if epoch[1] ~= run then
  doubt = last and last + LOST_AT_MOST
  redis.call('HSET', L .. ':epoch', 'run', run, 'doubt', doubt or '', 'last', now)
elseif not last or math.abs(now - last) >= 1 then
  redis.call('HSET', L .. ':epoch', 'last', now)
end

local function hand_over(id, sending, due)
  local key = delivery_key(id)
  local risk = sending == '1' and 2 or doubt and tonumber(due) <= doubt and 1 or 0
  redis.call('ZADD', L .. ':claimed', ms + lease, id)
  redis.call('HSET', key, 'holder', holder)
  redis.call('HDEL', key, 'suspect')
  answer[#answer + 1] = { id, risk, redis.call('HGETALL', key) }
end

-- What dead senders hold.
for _, id in ipairs(redis.call('ZRANGEBYSCORE', L .. ':claimed', '-inf', ms, 'LIMIT', 0, wanted)) do
  local key = delivery_key(id)
  local d = redis.call('HMGET', key, 'lane', 'sending', 'suspect', 'due')
  if not d[1] then
    redis.call('ZREM', L .. ':claimed', id)
  elseif limits[string.match(d[1], '^[^:]+')] then
    if d[2] == '1' and d[3] ~= '1' then
      -- The message may be leaving at this moment: whoever sends it has one more lease to say so.
      redis.call('HSET', key, 'suspect', 1)
      redis.call('ZADD', L .. ':claimed', ms + lease, id)
    elseif redis.call('HINCRBY', key, 'takeovers', 1) > most_takeovers then
      local state = d[2] == '1' and 'unknown' or 'dead'
      close(id, state, now, 'whoever tried to send it died, ' .. most_takeovers .. ' times', history)
    else
      hand_over(id, d[2], d[4])
    end
  end
end

-- Token buckets as in the generic cell rate algorithm: a bucket's score is when it will be full again.
redis.call('ZREMRANGEBYSCORE', L .. ':buckets', '-inf', ms)
local function score(name) return math.max(tonumber(redis.call('ZSCORE', L .. ':buckets', name) or 0), ms) end
local function hold(name, rule)
  local held = score('pause:' .. name) - ms
  if rule then held = math.max(held, score(name) - ms - (rule[2] - 1) * rule[1]) end
  return held
end
local function spend(name, rule)
  if rule then redis.call('ZADD', L .. ':buckets', score(name) + rule[1], name) end
end

-- Claims one delivery of a lane. Answer: whether it did, and else the ms until the lane's next turn, or nil: it is empty.
local function serve(lane, rules)
  local platform = 'platform:' .. string.match(lane, '^[^:]+')
  local workspace = 'workspace:' .. lane
  local held = math.max(hold(platform, rules.platform), hold(workspace, rules.workspace))
  if held > 0 then return false, held end
  local waiting = L .. ':waiting:' .. lane
  local ids = redis.call('ZRANGEBYSCORE', waiting, '-inf', now, 'LIMIT', 0, LOOK_AHEAD)
  if #ids == 0 then
    if redis.call('EXISTS', waiting) == 0 then return false, nil end
    return false, IDLE
  end
  local soonest = nil
  for _, id in ipairs(ids) do
    local d = redis.call('HMGET', delivery_key(id), 'feed', 'destination', 'sending', 'due')
    -- One whose message may have left is looked for, wanted or not.
    local reason = d[2] and d[3] ~= '1' and obsolete(id, d[1], d[2])
    if not d[2] then
      redis.call('ZREM', waiting, id)
    elseif reason then
      close(id, 'dead', now, reason, history)
    else
      local channel = 'channel:' .. d[2]
      held = hold(channel, rules.channel)
      if held <= 0 then
        spend(platform, rules.platform)
        spend(workspace, rules.workspace)
        spend(channel, rules.channel)
        redis.call('ZREM', waiting, id)
        enter(id, 'claimed', now)
        hand_over(id, d[3], d[4])
        return true
      end
      soonest = math.min(soonest or held, held)
    end
  end
  return false, soonest or 0
end

local turn = {}
for platform, rules in pairs(limits) do
  for _, lane in ipairs(redis.call('ZRANGEBYSCORE', L .. ':lanes:' .. platform, '-inf', ms, 'LIMIT', 0, LANES)) do
    turn[#turn + 1] = { lane = lane, rules = rules, lanes = L .. ':lanes:' .. platform }
  end
end
while #turn > 0 and #answer <= wanted do
  local again = {}
  for _, one in ipairs(turn) do
    if #answer > wanted then
      again[#again + 1] = one
    else
      local claimed, pause = serve(one.lane, one.rules)
      if claimed then
        redis.call('ZADD', one.lanes, ms, one.lane)
        again[#again + 1] = one
      elseif pause then
        redis.call('ZADD', one.lanes, ms + pause, one.lane)
      else
        redis.call('ZREM', one.lanes, one.lane)
      end
    end
  end
  turn = again
end

local next_look = nil
local function sooner(at) if at then next_look = math.min(next_look or at, tonumber(at)) end end
for platform in pairs(limits) do
  sooner(redis.call('ZRANGE', L .. ':lanes:' .. platform, 0, 0, 'WITHSCORES')[2])
end
sooner(redis.call('ZRANGE', L .. ':claimed', 0, 0, 'WITHSCORES')[2])
if next_look then answer[1] = math.max(math.floor(next_look - ms), 0) end
return answer
