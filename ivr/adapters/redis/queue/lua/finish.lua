-- The conversation is over: the operator wraps up.
-- ARGV: 1 now, 2 reservation id
-- Returns 1, or 0 where it no longer stands or the operator has never answered
local now, id = tonumber(ARGV[1]), ARGV[2]
if redis.call('HEXISTS', RESERVATIONS, id) == 0 or redis.call('ZSCORE', LEASES, id) then
  return 0
end
local reservation = end_reservation(id, now, 'finished')
local ticket = cjson.decode(redis.call('HGET', CALLERS, reservation.call_sid))
redis.call('HDEL', CALLERS, reservation.call_sid)
visit_over(reservation.call_sid, ticket.joined, now, 'finished')
wrap_up(reservation.operator, now, ticket.wrap_up * 1000)
changed('queue')
return 1
