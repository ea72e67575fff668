-- A caller whom the queue has forgotten, as their operator had finished, stands where they stood.
-- ARGV: 1 now, 2 call SID, 3 the ticket as JSON with which they go on
-- Returns 1, or 0 where they are in the queue already, or have hung up
local now, call_sid = tonumber(ARGV[1]), ARGV[2]
sweep(now)
if redis.call('HEXISTS', CALLERS, call_sid) == 1 or redis.call('ZSCORE', GONE, call_sid) then
  return 0
end
redis.call('HSET', CALLERS, call_sid, ARGV[3])
stand(call_sid, now)
return 1
