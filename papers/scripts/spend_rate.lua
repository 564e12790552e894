-- A call that no delivery was claimed for, but that counts like one: takes the next place in a token bucket of the
-- ledger, so that whoever claims waits for it. ARGV: bucket, ms a call, burst. Answer: ms until the call may be made.
local interval, ms = tonumber(ARGV[2]), milliseconds()
local full = math.max(tonumber(redis.call('ZSCORE', L .. ':buckets', ARGV[1]) or 0), ms)
redis.call('ZADD', L .. ':buckets', full + interval, ARGV[1])
return math.ceil(math.max(full - ms - (tonumber(ARGV[3]) - 1) * interval, 0))
