-- A person keeps a paper. KEYS[1]: what is kept. ARGV: paper, when (s), how many at most.
-- Answer: 1; 0 if it was kept already; -1 if there are too many.
if redis.call('ZSCORE', KEYS[1], ARGV[1]) then return 0 end
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[3]) then return -1 end
redis.call('ZADD', KEYS[1], ARGV[2], ARGV[1])
return 1
