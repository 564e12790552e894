-- Erases what the ledger knows of a destination. ARGV: reference, its digest, how many deliveries at most in one step.
-- Answer: how many deliveries are left.
local destination, digest = ARGV[1], ARGV[2]
local of_destination = L .. ':deliveries:' .. digest
for _, id in ipairs(redis.call('ZRANGE', of_destination, 0, tonumber(ARGV[3]) - 1)) do
  erase(id)
  redis.call('ZREM', of_destination, id)
end
redis.call('HDEL', L .. ':disabled', destination)
redis.call('DEL', L .. ':told:' .. digest)
redis.call('ZREM', L .. ':buckets', 'channel:' .. destination, 'pause:channel:' .. destination)
return redis.call('ZCARD', of_destination)
