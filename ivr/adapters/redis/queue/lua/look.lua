-- How a caller stands, whom this does not let join.
-- ARGV: 1 now, 2 call SID
-- Returns {'waiting', position} | {'claimed', reservation id} | {'expired'} | {'absent'}
local now, call_sid = tonumber(ARGV[1]), ARGV[2]
sweep(now)
local id = redis.call('HGET', CLAIMED, call_sid)
if id then
  return redis.call('ZSCORE', LEASES, id) and {'waiting', 1} or {'claimed', id}
end
if redis.call('ZREM', EXPIRED, call_sid) == 1 then
  return {'expired'}
end
local rank = redis.call('ZRANK', WAITING, call_sid)
return rank and {'waiting', rank + 1} or {'absent'}
