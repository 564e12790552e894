-- Nobody takes a place in a token bucket of the ledger for a while. ARGV: bucket, ms.
redis.call('ZADD', L .. ':buckets', 'GT', milliseconds() + tonumber(ARGV[2]), 'pause:' .. ARGV[1])
