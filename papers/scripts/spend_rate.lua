-- A call that no delivery was claimed for, but that counts like one: takes the next place in a token bucket of the
-- ledger, so that whoever claims waits for it. ARGV: bucket, ms a call, burst, most ms that whoever asks would wait.
-- Answer: ms until the call may be made; if that is more than the most, no place was taken.
local bucket, interval, ms = ARGV[1], tonumber(ARGV[2]), milliseconds()
local function score(name) return tonumber(redis.call('ZSCORE', L .. ':buckets', name) or 0) end
local full = math.max(score(bucket), ms)
local free = full - (tonumber(ARGV[3]) - 1) * interval
local wait = math.ceil(math.max(free - ms, score('pause:' .. bucket) - ms, 0))
if wait <= tonumber(ARGV[4]) then redis.call('ZADD', L .. ':buckets', full + interval, bucket) end
return wait
