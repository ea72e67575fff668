-- An operator's wish to be available, away or offline. While they are rung, on a call or wrapping
-- up for a caller it counts from afterwards; who is wrapping up may go on at once.
-- ARGV: 1 now, 2 operator, 3 state, 4 reason or '',
--       5 skills as a JSON object {skill: true}, '' for all, '-' as they were,
--       6 how they are reached, '-' as it was
-- Returns 'now' | 'later'
local now, operator = tonumber(ARGV[1]), ARGV[2]
sweep(now)
local it = state_of(operator) or {state = 'offline', since = now}
if ARGV[5] == '' then
  it.skills = nil
elseif ARGV[5] ~= '-' then
  it.skills = cjson.decode(ARGV[5])
end
if ARGV[6] ~= '-' then
  it.reach = ARGV[6]
end
local wish = {state = ARGV[3], reason = ARGV[4] ~= '' and ARGV[4] or nil}
if redis.call('HEXISTS', OPERATORS, operator) == 1 then
  it.next = wish
  if it.state == 'offline' then  -- they took a caller without having signed on
    it.state = redis.call('ZSCORE', LEASES, redis.call('HGET', OPERATORS, operator))
      and 'ringing' or 'on_call'
  end
  put(operator, it, it.since)
  return 'later'
end
if it.state == wish.state and it.reason == wish.reason then
  put(operator, it, it.since)  -- nobody loses their turn by asking twice
else
  it.next = wish
  go_on(operator, it, now)
end
return 'now'
