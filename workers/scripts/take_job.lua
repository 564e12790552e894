-- The next job for a worker: one that its last worker let go or died with, else one never tried.
-- KEYS: the stream. ARGV: group, consumer, lease (ms).
-- Answer: {entry id, message, how many times it was handed out, this time included}, or nothing.
local stream, group, consumer, lease = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
while true do
  local overdue = redis.call('XPENDING', stream, group, 'IDLE', lease, '-', '+', 1)[1]
  if not overdue then break end
  local claimed = redis.call('XCLAIM', stream, group, consumer, 0, overdue[1])[1]
  if claimed then return { overdue[1], claimed[2][2], overdue[4] + 1 } end
  -- It is no longer in the stream: XCLAIM has dropped it from the pending ones, except on old servers.
  redis.call('XACK', stream, group, overdue[1])
end
local read = redis.call('XREADGROUP', 'GROUP', group, consumer, 'COUNT', 1, 'STREAMS', stream, '>')
if not read then return false end
local entry = read[1][2][1]
return { entry[1], entry[2][2], 1 }
