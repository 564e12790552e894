-- A worker's orderly end: what it holds can be taken at once, and is not counted as tried.
-- KEYS: the stream. ARGV: group, consumer, lease (ms), name that holds what nobody is at.
-- Answer: how many jobs were given back.
local stream, group, consumer, lease, nobody = KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local held = redis.call('XPENDING', stream, group, '-', '+', 10000, consumer)
for _, job in ipairs(held) do
  local tries = math.max(job[4] - 1, 0)
  redis.call('XCLAIM', stream, group, nobody, 0, job[1], 'IDLE', lease, 'RETRYCOUNT', tries, 'JUSTID')
end
-- Deleting a consumer drops what it still holds, so only an empty one goes.
if #redis.call('XPENDING', stream, group, '-', '+', 1, consumer) == 0 then
  redis.call('XGROUP', 'DELCONSUMER', stream, group, consumer)
end
return #held
