-- A supervisor moves a caller who waits.
-- ARGV: 1 now, 2 call SID, 3 'head' | 'operator' | 'priority', 4 the operator or the priority,
--       5 for how many seconds the operator is offered them before anybody else, or how many
--       milliseconds each step of priority is worth
-- Returns 1, or 0 where they do not wait
local now, call_sid, how, value = tonumber(ARGV[1]), ARGV[2], ARGV[3], ARGV[4]
sweep(now)
if not redis.call('ZSCORE', WAITING, call_sid) then
  return 0
end
local ticket = cjson.decode(redis.call('HGET', CALLERS, call_sid))
if how == 'priority' then
  ticket.priority = tonumber(value)
  ticket.place = ticket.joined - ticket.priority * tonumber(ARGV[5])
else
  local first = redis.call('ZRANGE', WAITING, 0, 0, 'WITHSCORES')
  if first[1] ~= call_sid then
    ticket.place = tonumber(first[2]) - 1
  end
end
if how == 'operator' then
  local lasts = math.floor((now - ticket.joined) / 1000) + tonumber(ARGV[5])
  table.insert(ticket.circles, 1, {lasts = lasts, skills = {}, operators = {value}})
end
redis.call('HSET', CALLERS, call_sid, cjson.encode(ticket))
redis.call('ZADD', WAITING, ticket.place, call_sid)
changed('queue')
return 1
