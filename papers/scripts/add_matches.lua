-- Puts new matches into a feed's inbox. ARGV: feed, name of what it was told of, due ('' or seconds), and pairs of
-- paper, JSON {topic: score}. Topics that have left the feed, or were removed, are passed over.
-- Answer: how many papers are new in the inbox; -1 if the feed is gone.
local feed, due = ARGV[1], ARGV[3]
if redis.call('HEXISTS', L .. ':feed', feed) == 0 then return -1 end
local inbox, added = L .. ':inbox:' .. feed, 0
for i = 4, #ARGV, 2 do
  local paper, topics = ARGV[i], {}
  for topic, score in pairs(cjson.decode(ARGV[i + 1])) do
    if redis.call('SISMEMBER', L .. ':members:' .. feed, topic) == 1 then topics[topic] = score end
  end
  if next(topics) and not redis.call('ZSCORE', L .. ':told:' .. ARGV[2], paper) then
    local known = redis.call('HGET', inbox, paper)
    if known then
      for topic, score in pairs(cjson.decode(known)) do
        if not topics[topic] then topics[topic] = score end
      end
    else
      added = added + 1
    end
    redis.call('HSET', inbox, paper, cjson.encode(topics))
  end
end
if due ~= '' and redis.call('HLEN', inbox) > 0 and redis.call('SCARD', L .. ':active:' .. feed) > 0 then
  redis.call('ZADD', L .. ':feeds', 'NX', due, feed)
end
return added
