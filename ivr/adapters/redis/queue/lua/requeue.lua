-- The conversation has lost its operator, or is handed on: the caller stands where they stood.
-- ARGV: 1 now, 2 reservation id, 3 the ticket as JSON with which they go on,
--       4 'lost' where the operator's connection broke, else they wrap up
-- Returns 1, or 0 where it no longer stands or the operator has never answered
local now, id = tonumber(ARGV[1]), ARGV[2]
if redis.call('HEXISTS', RESERVATIONS, id) == 0 or redis.call('ZSCORE', LEASES, id) then
  return 0
end
local reservation = end_reservation(id, now, ARGV[4] == 'lost' and 'lost' or 'handed_on')
redis.call('HSET', CALLERS, reservation.call_sid, ARGV[3])
stand(reservation.call_sid, now)
if ARGV[4] == 'lost' then
  become(reservation.operator, 'away', now, 'connection lost')
else
  wrap_up(reservation.operator, now, cjson.decode(ARGV[3]).wrap_up * 1000)
end
return 1
