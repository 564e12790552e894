-- Erases what the ledger knows of a destination. ARGV: reference, its digest, how many deliveries at most in one step.
-- Answer: how many deliveries are left.
local destination, digest = ARGV[1], ARGV[2]
local of_destination = L .. ':deliveries:' .. digest
for _, id in ipairs(redis.call('ZRANGE', of_destination, 0, tonumber(ARGV[3]) - 1)) do
  local d = redis.call('HMGET', delivery_key(id), 'state', 'lane', 'feed', 'digest')
  if d[1] then
    redis.call('ZREM', L .. ':state:' .. d[1], id)
    redis.call('ZREM', L .. ':waiting:' .. d[2], id)
    redis.call('ZREM', claimed_key(d[2]), id)
    redis.call('ZREM', L .. ':deliveries:' .. d[4], id) -- of a notice that another destination got of this one
    if redis.call('HGET', L .. ':newest', d[3]) == id then redis.call('HDEL', L .. ':newest', d[3]) end
  end
  redis.call('DEL', delivery_key(id))
  redis.call('ZREM', of_destination, id)
end
redis.call('HDEL', L .. ':disabled', destination)
redis.call('DEL', L .. ':told:' .. digest)
redis.call('ZREM', L .. ':buckets', 'channel:' .. destination, 'pause:channel:' .. destination)
return redis.call('ZCARD', of_destination)
