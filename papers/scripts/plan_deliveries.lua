-- Turns feeds that are due into deliveries, and sets when they are due next. Many schedulers may do so at once.
-- ARGV: now, history (s), JSON list of items: {feed, expected (what FEEDS said), next (or ''), delivery (see create)}.
-- An item without a feed is a message that is sent once. Answer: ids of the deliveries made.
local now, history = tonumber(ARGV[1]), tonumber(ARGV[2])
local made = {}
for _, item in ipairs(cjson.decode(ARGV[3])) do
  local due = true
  if item.feed ~= '' then
    local score = redis.call('ZSCORE', L .. ':feeds', item.feed)
    due = score and tonumber(score) == item.expected
    if due and item.next == '' then
      redis.call('ZREM', L .. ':feeds', item.feed)
    elseif due then
      redis.call('ZADD', L .. ':feeds', item.next, item.feed)
    end
  end
  local d = item.delivery
  local wanted = due and redis.call('HEXISTS', L .. ':disabled', d.destination) == 0
  if wanted and d.kind == 'topics' then wanted = redis.call('HLEN', L .. ':inbox:' .. item.feed) > 0 end
  local new = wanted and create(d, now, history)
  if wanted and not new and item.next == '' and item.feed ~= '' then
    -- Something more came in the second that a message was made for: it waits for the next second's.
    redis.call('ZADD', L .. ':feeds', item.expected + 1, item.feed)
  end
  if new then
    made[#made + 1] = d.id
    local older = item.feed ~= '' and redis.call('HGET', L .. ':newest', item.feed)
    if item.feed ~= '' then redis.call('HSET', L .. ':newest', item.feed, d.id) end
    local old = older and redis.call('HMGET', delivery_key(older), 'state', 'sending', 'after')
    if old and old[1] then
      -- What an older one may be telling of at this moment must not be told again by this one.
      local after = old[2] == '1' and older or old[3]
      if after then redis.call('HSET', delivery_key(d.id), 'after', after) end
    end
    if old and (old[1] == 'due' or old[1] == 'failed') and old[2] ~= '1' then
      close(older, 'dead', now, 'superseded: a later one was due before this was sent', history)
    end
  end
end
return made
