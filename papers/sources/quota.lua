-- A number of calls in a fixed window of time, shared by everybody who asks here.
--
-- KEYS[1]  hash: used, resets, paused (ms of this server's clock)
-- ARGV     ask | pause | learn, calls, window (ms), and: pause (ms) | calls left, ms until the window resets
-- returns  {ms to wait before asking again (0: the call is counted), ms the upstream itself has asked for}
local op, calls, window = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local values = redis.call('HMGET', KEYS[1], 'used', 'resets', 'paused')
local used, resets, paused = tonumber(values[1]) or 0, tonumber(values[2]) or 0, tonumber(values[3]) or 0
if resets <= now then
  used, resets = 0, now + window
end

local wait = 0
if op == 'ask' then
  if paused > now then
    wait = paused - now
  elseif used >= calls then
    wait = resets - now
  else
    used = used + 1
  end
elseif op == 'pause' then
  paused = math.max(paused, now + tonumber(ARGV[4]))
elseif op == 'learn' then
  -- The upstream counts everybody at our address: believe it when it has counted more than we have.
  used = math.max(used, calls - tonumber(ARGV[4]))
  resets = now + tonumber(ARGV[5])
end

redis.call('HSET', KEYS[1], 'used', used, 'resets', resets, 'paused', paused)
redis.call('PEXPIRE', KEYS[1], math.max(resets, paused) - now + 60000)
return {wait, math.max(paused - now, 0)}
