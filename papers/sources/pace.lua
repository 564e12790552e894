-- Turns at an upstream that takes one request at a time: in the order of asking, `interval` after the last one ended.
--
-- KEYS[1]  the state, one JSON string: next, paused, expires (ms of this server's clock), holder, queue [{token, seen}]
-- ARGV     ask | beat | done | leave | pause, token, interval (ms), lease (ms), pause (ms)
-- returns  {ms to wait before asking again (0: the turn is yours), ms the upstream itself has asked for}
local op, token, interval, lease = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local PATIENCE = 2500 -- a waiter asks at least every second; one that has not is dead
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local stored = redis.call('GET', KEYS[1])
local state = stored and cjson.decode(stored) or {}
local next, paused, expires = state.next or 0, state.paused or 0, state.expires or 0
local holder = expires > now and state.holder or nil
local queue, place = {}, nil
for _, waiter in ipairs(state.queue or {}) do
  if waiter.token == token then
    if op == 'ask' then
      table.insert(queue, {token = token, seen = now})
      place = #queue
    end
  elseif waiter.seen + PATIENCE > now then
    table.insert(queue, waiter)
  end
end

local wait = 0
if op == 'ask' then
  if not place then
    table.insert(queue, {token = token, seen = now})
    place = #queue
  end
  local free = math.max(next, paused)
  if place == 1 and not holder and free <= now then
    table.remove(queue, 1)
    holder, expires, next = token, now + lease, now + interval
  else
    -- While a request is under way nobody knows its end: ask again soon.
    wait = math.max(free - now, holder and 50 or 10) + (place - 1) * interval
  end
elseif op == 'beat' and holder == token then
  expires = now + lease
elseif op == 'done' and holder == token then
  holder, next = nil, math.max(next, now + interval)
elseif op == 'pause' then
  paused = math.max(paused, now + tonumber(ARGV[5]))
end

state = {next = next, paused = paused, expires = holder and expires or 0, holder = holder, queue = queue}
local life = math.max(next, paused, state.expires) - now
redis.call('SET', KEYS[1], cjson.encode(state), 'PX', math.max(life, 0) + 60000)
return {wait, math.max(paused - now, 0)}
