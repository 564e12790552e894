-- Writes one paper if nobody wrote it since it was read.
-- KEYS[1]  the paper's hash
-- ARGV[1]  the revision that was read ('' if there was none)
-- ARGV[2]  '1' if title or abstract changed: vectors of the old text go
-- ARGV[3…] field, value, field, value, …: all fields of the paper but its vectors, and the vectors to set
-- Returns 1, or 0 if another writer was quicker.
local current = redis.call('HGET', KEYS[1], 'rev') or ''
if current ~= ARGV[1] then
  return 0
end
local keep = { rev = true }
for i = 3, #ARGV, 2 do
  keep[ARGV[i]] = true
end
local gone = {}
for _, field in ipairs(redis.call('HKEYS', KEYS[1])) do
  if not keep[field] and (ARGV[2] == '1' or string.sub(field, 1, 4) ~= 'vec_') then
    gone[#gone + 1] = field
  end
end
if #gone > 0 then
  redis.call('HDEL', KEYS[1], unpack(gone))
end
redis.call('HSET', KEYS[1], 'rev', (tonumber(current) or 0) + 1, unpack(ARGV, 3))
return 1
