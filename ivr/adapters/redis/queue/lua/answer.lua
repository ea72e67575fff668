-- The operator has answered: the lease is over, the caller is connected.
-- ARGV: 1 now, 2 reservation id
-- Returns 1, or 0 where the reservation no longer stands
local now, id = tonumber(ARGV[1]), ARGV[2]
sweep(now)
local text = redis.call('HGET', RESERVATIONS, id)
if not text then
  return 0
end
if redis.call('ZREM', LEASES, id) == 1 then
  local reservation = cjson.decode(text)
  reservation.answered_at = now
  redis.call('HSET', RESERVATIONS, id, cjson.encode(reservation))
  note({
    what = 'answered',
    id = id,
    call_sid = reservation.call_sid,
    joined = reservation.joined,
    operator = reservation.operator,
  }, now)
  become(reservation.operator, 'on_call', now)
end
return 1
