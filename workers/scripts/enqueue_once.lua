-- Queues a planned job unless another scheduler did so for this slot, or the last one is still waiting or running.
-- KEYS: the stream, the hash of what was queued last. ARGV: name of the plan, slot number, message, life of the hash (s).
-- Answer: 1 if it was queued, 0 if not.
local stream, plans, plan, slot, message, life = KEYS[1], KEYS[2], ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4]
local last = redis.call('HGET', plans, plan)
local last_entry = ''
if last then
  local last_slot, entry = string.match(last, '^(%-?%d+) (.*)$')
  -- Two schedulers' clocks may differ: the slower one's slot may be the one before.
  if tonumber(last_slot) == slot or tonumber(last_slot) == slot + 1 then return 0 end
  last_entry = entry
end
local queued = 1
-- A job is deleted when it is done, so one that is in the stream is not.
if last_entry ~= '' and #redis.call('XRANGE', stream, last_entry, last_entry) == 1 then
  queued = 0
else
  last_entry = redis.call('XADD', stream, '*', 'data', message)
end
redis.call('HSET', plans, plan, string.format('%d %s', slot, last_entry))
redis.call('EXPIRE', plans, life)
return queued
