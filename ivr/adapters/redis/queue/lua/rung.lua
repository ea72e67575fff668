-- The operator's telephone rings.
-- ARGV: 1 reservation id, 2 SID of the operator's leg
-- Returns 1, or 0 where the reservation is over: then the leg is unwanted
local text = redis.call('HGET', RESERVATIONS, ARGV[1])
if not text then
  redis.call('SADD', UNWANTED, ARGV[2])
  return 0
end
local reservation = cjson.decode(text)
reservation.leg = ARGV[2]
redis.call('HSET', RESERVATIONS, ARGV[1], cjson.encode(reservation))
return 1
