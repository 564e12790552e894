-- Takes a part of the shards for a while, or keeps the one that is held. KEYS: a hash: part -> "OWNER UNTIL" (ms), and
-- "of" -> "PARTS SHARDS", which is the same for all. ARGV: owner, the part wanted (-1: any), parts, shards, 1 if no other
-- number of shards will do, ms of the lease.
-- Answer: part, parts, shards. Part -1: all are held; -2: others run with these other numbers.
local owner, wanted, parts, shards = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local held, others, mine = {}, false, -1
local all = redis.call('HGETALL', KEYS[1])
for i = 1, #all, 2 do
  local who, till = string.match(all[i + 1], '^(%x+) (%d+)$')
  if who == owner then
    mine = tonumber(all[i])
  elseif who and tonumber(till) > now then
    held[tonumber(all[i])], others = true, true
  end
end
if others then
  local said = redis.call('HGET', KEYS[1], 'of') or ''
  local their_parts, their_shards = string.match(said, '^(%d+) (%d+)$')
  their_parts, their_shards = tonumber(their_parts), tonumber(their_shards)
  if their_parts ~= parts or (ARGV[5] == '1' and their_shards ~= shards) then return {-2, their_parts, their_shards} end
  shards = their_shards
elseif mine < 0 then
  redis.call('DEL', KEYS[1])
end
if wanted < 0 then wanted = mine end
if wanted < 0 then
  wanted = 0
  while wanted < parts and held[wanted] do wanted = wanted + 1 end
end
if wanted >= parts or held[wanted] then return {-1, parts, shards} end
local lease = tonumber(ARGV[6])
redis.call('HSET', KEYS[1], 'of', parts .. ' ' .. shards, wanted, owner .. ' ' .. string.format('%d', now + lease))
redis.call('PEXPIRE', KEYS[1], lease)
return {wanted, parts, shards}
