-- Takes the claims of senders that are known to be dead out of their hands.
-- ARGV: JSON {platform: ms until a message whose sender died is there, or never will be}, names of the dead.
-- Answer: how many deliveries that were.
local settles, dead, count, ms = cjson.decode(ARGV[1]), {}, 0, milliseconds()
for i = 2, #ARGV do dead[ARGV[i]] = true end
for _, id in ipairs(redis.call('ZRANGE', L .. ':claimed', 0, -1)) do
  local key = delivery_key(id)
  local d = redis.call('HMGET', key, 'holder', 'lane', 'sending', 'suspect')
  local settle = d[2] and settles[string.match(d[2], '^[^:]+')]
  if settle and dead[d[1]] and d[4] ~= '1' then
    redis.call('ZADD', L .. ':claimed', d[3] == '1' and ms + settle or ms, id)
    redis.call('HSET', key, 'suspect', 1)
    count = count + 1
  end
end
return count
