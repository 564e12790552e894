-- What has happened to the topics since somebody last looked, as of one moment.
-- ARGV: revision seen last, run of the server at that time ('' at the first look).
-- Answer: run, revision now, how many topics there are, '1' if what follows is all of them, changed topics, removed
-- topics. A server that restarted may have lost changes, and counts on from before them: then all is told anew.
local L = KEYS[1]
local since, run = tonumber(ARGV[1]), string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')
local revision = tonumber(redis.call('GET', L .. ':revision') or 0)
local whole = run ~= ARGV[2] or revision < since
local from = whole and '-inf' or '(' .. string.format('%d', since)
return {
  run,
  revision,
  redis.call('ZCARD', L .. ':topics'),
  whole and '1' or '0',
  redis.call('ZRANGEBYSCORE', L .. ':topics', from, '+inf'),
  whole and {} or redis.call('ZRANGEBYSCORE', L .. ':topics:gone', from, '+inf'),
}
