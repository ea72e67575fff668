-- Join if absent, then look.
-- ARGV: 1 now, 2 call SID, 3 ticket as JSON, 4 its deadline
-- Returns {'waiting', position} | {'claimed', reservation id} | {'expired'}
local now, call_sid = tonumber(ARGV[1]), ARGV[2]
sweep(now)
local id = redis.call('HGET', CLAIMED, call_sid)
if id then
  if redis.call('ZSCORE', LEASES, id) then
    return {'waiting', 1}
  end
  return {'claimed', id}
end
if redis.call('ZREM', EXPIRED, call_sid) == 1 or redis.call('ZSCORE', GONE, call_sid) then
  return {'expired'}
end
if redis.call('HEXISTS', CALLERS, call_sid) == 0 then
  if tonumber(ARGV[4]) <= now then
    return {'expired'}
  end
  redis.call('HSET', CALLERS, call_sid, ARGV[3])
  stand(call_sid)
end
return {'waiting', redis.call('ZRANK', WAITING, call_sid) + 1}
