-- An operator rings somebody: reserved for this operator at once, without a place in line.
-- ARGV: 1 now, 2 operator, 3 new reservation id, 4 end of the lease, 5 the ticket as JSON
-- Returns 1, or 0 where the operator is not at work or is busy, or it is rung already
local now, operator = tonumber(ARGV[1]), ARGV[2]
sweep(now)
local ticket, it = cjson.decode(ARGV[5]), state_of(operator)
if not it or (it.state ~= 'available' and it.state ~= 'away') then
  return 0
end
if redis.call('HEXISTS', OPERATORS, operator) == 1 then
  return 0
end
if redis.call('HSETNX', CALLERS, ticket.call_sid, ARGV[5]) == 0 then
  return 0
end
if it.state == 'away' then  -- and away they are again afterwards
  it.next = {state = 'away', reason = it.reason}
  redis.call('HSET', STATES, operator, cjson.encode(it))
end
came(ticket, now)
reserve(ticket.call_sid, operator, ARGV[3], ARGV[4], now, ticket.joined)
return 1
