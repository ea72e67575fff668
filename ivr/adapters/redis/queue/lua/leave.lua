-- The caller has hung up, or goes another way: out of every state.
-- ARGV: 1 now, 2 call SID, 3 '1' if they have hung up, '' if they may come back
-- Returns the reservation that was cut, as `describe` does, or nothing
local now, call_sid = tonumber(ARGV[1]), ARGV[2]
local id = redis.call('HGET', CLAIMED, call_sid)
local cut = nil
if id then
  cut = describe(id)
  if cut[4] == 1 then
    wrap_up(end_reservation(id, now, 'finished').operator, now, cjson.decode(cut[3]).wrap_up * 1000)
  else
    not_answered(id, now, 'withdrawn')
  end
end
redis.call('ZREM', WAITING, call_sid)
redis.call('ZREM', DEADLINES, call_sid)
redis.call('ZREM', EXPIRED, call_sid)
local ticket = redis.call('HGET', CALLERS, call_sid)
if ticket then
  redis.call('HDEL', CALLERS, call_sid)
  visit_over(call_sid, cjson.decode(ticket).joined, now, ARGV[3] == '1' and 'hung_up' or 'moved_on')
  changed('queue')
end
if ARGV[3] == '1' then
  redis.call('ZREMRANGEBYSCORE', GONE, '-inf', now)
  redis.call('ZADD', GONE, now + FORGET_AFTER, call_sid)
end
return cut
