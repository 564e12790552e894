-- Gives deliveries that are due to a sender, as fast as the platforms' limits allow and lane by lane in turn.
-- ARGV: now, holder, how many, lease (ms), limits JSON {platform: {channel|workspace|platform: [ms a message, burst]}},
--       history (s), most takeovers. Only platforms named in the limits are served.
-- Answer: {ms until it is worth asking again (-1: nothing waits), {id, turn, risk, {fields}}, …}; risk is 2 if its message may
-- have left, 1 if the record of that may be lost, else 0.
local now, holder, wanted, lease = tonumber(ARGV[1]), ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local limits, history, most_takeovers = cjson.decode(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local LANES, PAGE, LOOK_AHEAD, IDLE, LOST_AT_MOST = 256, 50, 1000, 1000, 60
local WAIT_FOR_OLDER = 600 -- s
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

local function hand_over(id, lane, sending, due)
  local key = delivery_key(id)
  local doubtful = doubt and tonumber(due) <= doubt
  local risk = sending == '1' and 2 or doubtful and 1 or 0
  local turn = tonumber(redis.call('HGET', key, 'turn') or 0) + 1
  -- A turn that was given away in the lost moments, to one who may still be at it, must not be given away again.
  if doubtful then turn = math.max(turn, ms) end
  redis.call('ZADD', claimed_key(lane), ms + lease, id)
  redis.call('HSET', key, 'holder', holder, 'turn', string.format('%.0f', turn))
  redis.call('HDEL', key, 'suspect')
  answer[#answer + 1] = { id, turn, risk, redis.call('HGETALL', key) }
end

-- What dead senders hold.
local function take_over(platform)
  local claimed = L .. ':claimed:' .. platform
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', claimed, '-inf', ms, 'LIMIT', 0, wanted - #answer + 1)) do
    local key = delivery_key(id)
    local d = redis.call('HMGET', key, 'lane', 'sending', 'suspect', 'due')
    if not d[1] then
      redis.call('ZREM', claimed, id)
    elseif d[2] == '1' and d[3] ~= '1' then
      -- The message may be leaving at this moment: whoever sends it has one more lease to say so.
      redis.call('HSET', key, 'suspect', 1)
      redis.call('ZADD', claimed, ms + lease, id)
    elseif redis.call('HINCRBY', key, 'takeovers', 1) > most_takeovers then
      local state = d[2] == '1' and 'unknown' or 'dead'
      close(id, state, now, 'whoever tried to send it died, ' .. most_takeovers .. ' times', history)
    else
      hand_over(id, d[1], d[2], d[4])
    end
  end
end
for platform in pairs(limits) do take_over(platform) end

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

-- The next of a lane's deliveries that are due. Those passed over are held until this script ends.
local function next_of(one)
  if one.at == #one.ids then
    if one.passed >= LOOK_AHEAD or one.closed >= LOOK_AHEAD then return nil end
    one.ids = redis.call('ZRANGEBYSCORE', one.waiting, '-inf', now, 'LIMIT', one.passed, PAGE)
    one.at = 0
  end
  one.at = one.at + 1
  return one.ids[one.at]
end

local function pass_over(one, pause)
  one.passed = one.passed + 1
  one.soonest = math.min(one.soonest or pause, pause)
end

-- Whether an older message of its feed may be leaving, telling of the same papers; it has a while to end.
local function waits_for(older, due)
  if not older or now > tonumber(due) + WAIT_FOR_OLDER then return false end
  local d = redis.call('HMGET', delivery_key(older), 'state', 'sending')
  return d[2] == '1' and (d[1] == 'claimed' or d[1] == 'failed' or d[1] == 'due')
end

-- Claims one delivery of a lane. Answer: whether it did, and else the ms until the lane's next turn, or nil: it is empty.
local function serve(one)
  local lane, rules = one.lane, one.rules
  local platform, workspace = 'platform:' .. platform_of(lane), 'workspace:' .. lane
  local held = math.max(hold(platform, rules.platform), hold(workspace, rules.workspace))
  if held > 0 then return false, held end
  local id = next_of(one)
  while id do
    local d = redis.call('HMGET', delivery_key(id), 'feed', 'destination', 'sending', 'due', 'after')
    -- One whose message may have left is looked for, wanted or not.
    local reason = d[2] and d[3] ~= '1' and obsolete(id, d[1], d[2])
    if not d[2] then
      redis.call('ZREM', one.waiting, id)
      one.closed = one.closed + 1
    elseif reason then
      close(id, 'dead', now, reason, history)
      one.closed = one.closed + 1
    elseif waits_for(d[5], d[4]) then
      pass_over(one, IDLE)
    else
      local channel = 'channel:' .. d[2]
      held = hold(channel, rules.channel)
      if held <= 0 then
        spend(platform, rules.platform)
        spend(workspace, rules.workspace)
        spend(channel, rules.channel)
        redis.call('ZREM', one.waiting, id)
        enter(id, 'claimed', now)
        hand_over(id, lane, d[3], d[4])
        return true
      end
      pass_over(one, held)
    end
    id = next_of(one)
  end
  if one.closed >= LOOK_AHEAD then return false, 0 end
  if one.soonest then return false, one.soonest end
  local first = redis.call('ZRANGE', one.waiting, 0, 0, 'WITHSCORES')
  if #first == 0 then return false, nil end
  return false, math.min(IDLE, math.max((tonumber(first[2]) - now) * 1000, 0))
end

local turn = {}
for platform, rules in pairs(limits) do
  local lanes = L .. ':lanes:' .. platform
  for _, lane in ipairs(redis.call('ZRANGEBYSCORE', lanes, '-inf', ms, 'LIMIT', 0, LANES)) do
    turn[#turn + 1] = { lane = lane, rules = rules, lanes = lanes, waiting = L .. ':waiting:' .. lane, ids = {}, at = 0,
      passed = 0, closed = 0 }
  end
end
while #turn > 0 and #answer <= wanted do
  local again = {}
  for _, one in ipairs(turn) do
    if #answer > wanted then
      again[#again + 1] = one
    else
      local claimed, pause = serve(one)
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
  sooner(redis.call('ZRANGE', L .. ':claimed:' .. platform, 0, 0, 'WITHSCORES')[2])
end
if next_look then answer[1] = math.max(math.floor(next_look - ms), 0) end
return answer
