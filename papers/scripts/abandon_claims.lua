-- Takes the claims of senders that are known to be dead out of their hands.
-- ARGV: JSON {platform: ms until a message whose sender died is there, or never will be}, names of the dead.
-- Answer: how many deliveries that were.
local dead, count, ms = {}, 0, milliseconds()
for i = 2, #ARGV do dead[ARGV[i]] = true end
for platform, settle in pairs(cjson.decode(ARGV[1])) do
  local claimed = L .. ':claimed:' .. platform
  for _, id in ipairs(redis.call('ZRANGE', claimed, 0, -1)) do
    local d = redis.call('HMGET', delivery_key(id), 'holder', 'sending', 'suspect')
    if d[1] and dead[d[1]] and d[3] ~= '1' then
      redis.call('ZADD', claimed, d[2] == '1' and ms + settle or ms, id)
      redis.call('HSET', delivery_key(id), 'suspect', 1)
      count = count + 1
    end
  end
end
return count
