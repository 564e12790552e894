-- Says that a worker is alive and still at these jobs, so that no other takes them.
-- KEYS: the stream. ARGV: group, consumer, entry ids. Answer: those that are no longer this worker's.
local stream, group, consumer = KEYS[1], ARGV[1], ARGV[2]
local lost = {}
for i = 3, #ARGV do
  if #redis.call('XPENDING', stream, group, ARGV[i], ARGV[i], 1, consumer) == 1 then
    redis.call('XCLAIM', stream, group, consumer, 0, ARGV[i], 'IDLE', 0, 'JUSTID')
  else
    lost[#lost + 1] = ARGV[i]
  end
end
return lost
