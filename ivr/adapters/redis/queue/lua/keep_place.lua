-- A call back takes the place that its caller has had, unless it is in the queue already.
-- ARGV: 1 call SID that stands for it, 2 ticket as JSON
-- Returns 1 if it was not in the queue, else 0
if redis.call('HSETNX', CALLERS, ARGV[1], ARGV[2]) == 0 then
  return 0
end
local ticket = cjson.decode(ARGV[2])
came(ticket, ticket.joined)
stand(ARGV[1], ticket.joined)
return 1
