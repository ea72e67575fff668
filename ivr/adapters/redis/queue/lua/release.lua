-- The operator does not answer: the caller goes back to their own place.
-- ARGV: 1 now, 2 reservation id, 3 how: 'missed' | 'declined' | 'withdrawn'
-- Returns 1, or 0 where it no longer stands or the operator has answered
local now, id = tonumber(ARGV[1]), ARGV[2]
local held = redis.call('ZSCORE', LEASES, id)
if held then
  stand(not_answered(id, now, ARGV[3]).call_sid, now)
end
sweep(now)
return held and 1 or 0
