-- A person's vote on a paper in a place; the same vote again takes it back.
-- KEYS[1]: the votes. ARGV: digest of the person, 1 or -1, seconds that the votes are kept, from the first one on.
-- Answer: whether the vote stands now (1 or 0), how many voted 1, how many -1, and when that was: microseconds.
local stands = redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2]
if stands then
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
  redis.call('EXPIRE', KEYS[1], ARGV[3], 'NX')
else
  redis.call('HDEL', KEYS[1], ARGV[1])
end
local count = { ['1'] = 0, ['-1'] = 0 }
for _, value in ipairs(redis.call('HVALS', KEYS[1])) do count[value] = count[value] + 1 end
local now = redis.call('TIME')
return { stands and 1 or 0, count['1'], count['-1'], now[1] * 1000000 + now[2] }
