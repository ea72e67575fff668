-- What the acts share. The names of the keys stand before it (ivr/adapters/redis/queue/library.py). Times are
-- milliseconds since 1970.

-- Marks of callers who are expired or gone are forgotten after ten minutes: no hold turn takes as
-- long, and no webhook is under way for as long.
local FORGET_AFTER = 600000

local function changed(what)
  redis.call('PUBLISH', CHANGES, what)
end

-- What has happened, for the records: see ivr/core/queue/facts.py.
local function note(fact, now)
  fact.at = now
  redis.call('XADD', FACTS, '*', 'fact', cjson.encode(fact))
end

local function came(ticket, now)
  note({
    what = 'joined',
    call_sid = ticket.call_sid,
    joined = ticket.joined,
    client = ticket.client,
    priority = ticket.priority,
    callback = (ticket.callback or '') ~= '',
  }, now)
end

local function visit_over(call_sid, joined, now, how)
  note({what = 'left', call_sid = call_sid, joined = joined, how = how}, now)
end

-- Operators

local function state_of(operator)
  local text = redis.call('HGET', STATES, operator)
  return text and cjson.decode(text)
end

-- Put an operator into the state of `it`; `since` is when they came to it. An operator who is
-- available stands in IDLE by that time, so that whoever has been idle longest is found first.
local function put(operator, it, since)
  it.since = since
  it.number = (it.number or 0) + 1
  redis.call('HSET', STATES, operator, cjson.encode(it))
  if it.state == 'available' then
    redis.call('ZADD', IDLE, since, operator)
  else
    redis.call('ZREM', IDLE, operator)
  end
  if it['until'] then
    redis.call('ZADD', TIMERS, it['until'], operator)
  else
    redis.call('ZREM', TIMERS, operator)
  end
  changed('operator:' .. operator)
  note({what = 'state', operator = operator, state = it.state, reason = it.reason,
    number = it.number}, since)
end

local function become(operator, state, since, reason)
  local it = state_of(operator)
  if it then
    it.state, it.reason, it['until'] = state, reason, nil
    put(operator, it, since)
  end
end

-- What was wished for while they were busy, else available.
local function go_on(operator, it, now)
  local wished = it.next or {state = 'available'}
  it.next = nil
  it.state, it.reason, it['until'] = wished.state, wished.reason, nil
  put(operator, it, now)
end

local function wrap_up(operator, now, length)
  local it = state_of(operator)
  if not it then
    return
  end
  if length == 0 then
    return go_on(operator, it, now)
  end
  it.state, it.reason, it['until'] = 'wrap_up', nil, now + length
  put(operator, it, now)
end

-- Callers and reservations

-- Whom an operator rings themselves, for nobody else, stands nowhere: they are forgotten.
local function stand(call_sid, now)
  local ticket = cjson.decode(redis.call('HGET', CALLERS, call_sid))
  if ticket.direct then
    redis.call('HDEL', CALLERS, call_sid)
    visit_over(call_sid, ticket.joined, now, 'moved_on')
    return changed('queue')
  end
  redis.call('ZADD', WAITING, ticket.place, call_sid)
  if (ticket.callback or '') == '' then  -- nobody is on the line whom a call back keeps waiting
    redis.call('ZADD', DEADLINES, ticket.deadline, call_sid)
  end
  changed('queue')
end

local function reserve(call_sid, operator, id, expires_at, now, joined)
  local it = state_of(operator)
  redis.call('ZREM', WAITING, call_sid)
  redis.call('ZREM', DEADLINES, call_sid)
  redis.call('HSET', CLAIMED, call_sid, id)
  redis.call('HSET', OPERATORS, operator, id)
  redis.call('ZADD', LEASES, expires_at, id)
  redis.call('HSET', RESERVATIONS, id, cjson.encode({
    operator = operator,
    call_sid = call_sid,
    expires_at = expires_at,
    joined = joined,
    before = it and {state = it.state, reason = it.reason, since = it.since},
  }))
  if it then
    it.state, it.reason, it['until'] = 'ringing', nil, nil
    put(operator, it, now)
  end
  note({what = 'offered', id = id, call_sid = call_sid, joined = joined, operator = operator}, now)
  changed('queue')
end

-- {reservation id, reservation, ticket, 1 if answered}, or nothing
local function describe(id)
  local reservation = redis.call('HGET', RESERVATIONS, id)
  if not reservation then
    return nil
  end
  local ticket = redis.call('HGET', CALLERS, cjson.decode(reservation).call_sid)
  return {id, reservation, ticket, redis.call('ZSCORE', LEASES, id) and 0 or 1}
end

-- How long a call keeps an operator, as a mean in which older calls count for less and less. What
-- was known is forgotten when no call has ended for four hours.
local HANDLING_LASTS, WEIGHT = 14400000, 0.1
local function handled(now, length)
  local mean, count, at = unpack(redis.call('HMGET', HANDLING, 'mean', 'count', 'at'))
  if not mean or tonumber(at) < now - HANDLING_LASTS then
    mean, count = 0, 0
  end
  count = count + 1
  mean = mean + (length - mean) * math.max(1 / count, WEIGHT)
  redis.call('HSET', HANDLING, 'mean', string.format('%.0f', mean), 'count', count, 'at', now)
end

local function end_reservation(id, now, how)
  local reservation = cjson.decode(redis.call('HGET', RESERVATIONS, id))
  if reservation.answered_at then
    local ticket = cjson.decode(redis.call('HGET', CALLERS, reservation.call_sid))
    handled(now, now - reservation.answered_at + ticket.wrap_up * 1000)
  end
  redis.call('HDEL', RESERVATIONS, id)
  redis.call('ZREM', LEASES, id)
  redis.call('HDEL', OPERATORS, reservation.operator)
  redis.call('HDEL', CLAIMED, reservation.call_sid)
  note({
    what = 'ended',
    id = id,
    call_sid = reservation.call_sid,
    joined = reservation.joined,
    operator = reservation.operator,
    how = how,
  }, now)
  return reservation
end

-- For so long a caller is not offered again to an operator who has declined them.
local DECLINE_LASTS = 30000
local function decline(call_sid, operator, now)
  local ticket = cjson.decode(redis.call('HGET', CALLERS, call_sid))
  ticket.declined = ticket.declined or {}
  ticket.declined[operator] = now + DECLINE_LASTS
  redis.call('HSET', CALLERS, call_sid, cjson.encode(ticket))
end

-- `how` is 'missed': an operator who was rung and did not answer is taken out until they come
-- back; 'declined': they stay available, behind the others; 'withdrawn': they were not rung after
-- all, and are what they were before.
local function not_answered(id, now, how)
  local reservation = end_reservation(id, now, how)
  if reservation.leg then
    redis.call('SADD', UNWANTED, reservation.leg)
  end
  local operator, before = reservation.operator, reservation.before
  if how == 'declined' then
    decline(reservation.call_sid, operator, now)
  end
  local it = state_of(operator)
  if not it then
    return reservation
  end
  if it.next then
    go_on(operator, it, now)
  elseif how == 'missed' then
    become(operator, 'away', now, 'no answer')
  elseif how == 'declined' and before and before.state == 'available' then
    become(operator, 'available', now)
  elseif before and before.state ~= 'wrap_up' then
    become(operator, before.state, before.since, before.reason)
  else
    become(operator, 'available', now)
  end
  return reservation
end

-- Looks only at what is due: each lease, wait and timer ends once, so its cost is part of theirs,
-- however long the queue is. Returns the number of leases that had lapsed.
local function sweep(now)
  local lapsed = redis.call('ZRANGEBYSCORE', LEASES, '-inf', now)
  for _, id in ipairs(lapsed) do
    local rung = cjson.decode(redis.call('HGET', RESERVATIONS, id)).leg ~= nil
    stand(not_answered(id, now, rung and 'missed' or 'withdrawn').call_sid, now)
  end
  local overdue = redis.call('ZRANGEBYSCORE', DEADLINES, '-inf', now)
  if #overdue > 0 then
    redis.call('ZREMRANGEBYSCORE', EXPIRED, '-inf', now)
    changed('queue')
  end
  for _, call_sid in ipairs(overdue) do
    redis.call('ZREM', WAITING, call_sid)
    redis.call('ZREM', DEADLINES, call_sid)
    local ticket = cjson.decode(redis.call('HGET', CALLERS, call_sid))
    visit_over(call_sid, ticket.joined, ticket.deadline, 'expired')
    redis.call('HDEL', CALLERS, call_sid)
    redis.call('ZADD', EXPIRED, now + FORGET_AFTER, call_sid)
  end
  for _, operator in ipairs(redis.call('ZRANGEBYSCORE', TIMERS, '-inf', now)) do
    local it = state_of(operator)
    go_on(operator, it, it['until'])
  end
  for _, operator in ipairs(redis.call('ZRANGEBYSCORE', SEEN, '-inf', now)) do
    redis.call('ZREM', SEEN, operator)
    local it = state_of(operator)
    local lost = {state = 'offline', reason = 'connection lost'}
    if it and redis.call('HEXISTS', OPERATORS, operator) == 1 then
      it.next = lost
      put(operator, it, it.since)
    elseif it and it.state ~= 'offline' then
      it.next = lost
      go_on(operator, it, now)
    end
  end
  return #lapsed
end

-- Who may serve whom

local function has_all(skills, wanted)
  if skills then
    for _, skill in ipairs(wanted) do
      if not skills[skill] then
        return false
      end
    end
  end
  return true
end

local function has_declined(ticket, operator, now)
  local lapses = ticket.declined and ticket.declined[operator]
  return lapses and now < lapses
end

local function within(circle, operator, skills)
  if not has_all(skills, circle.skills) then
    return false
  end
  if #circle.operators == 0 then
    return true
  end
  for _, name in ipairs(circle.operators) do
    if name == operator then
      return true
    end
  end
  return false
end

-- The operators who are at work, busy or not: {operator = their skills, or false for all}. Found
-- once in an act, if at all.
local on_duty = nil
local function at_work()
  if not on_duty then
    on_duty = {}
    local all = redis.call('HGETALL', STATES)
    for i = 1, #all, 2 do
      local it = cjson.decode(all[i + 1])
      if it.state ~= 'offline' and it.state ~= 'away' then
        on_duty[all[i]] = it.skills or false
      end
    end
  end
  return on_duty
end

local function anybody_within(circle, ticket, now)
  for operator, skills in pairs(at_work()) do
    if within(circle, operator, skills) and not has_declined(ticket, operator, now) then
      return true
    end
  end
  return false
end

-- Which of a caller's circles, the narrowest first, admits the operator now; or nothing. A circle
-- that nobody at work belongs to is passed over at once; who has declined belongs to none.
local function circle_of(ticket, operator, skills, now)
  if not has_all(skills, ticket.skills) or has_declined(ticket, operator, now) then
    return nil
  end
  local opens = ticket.joined
  for i, circle in ipairs(ticket.circles) do
    if within(circle, operator, skills) then
      return i
    end
    if anybody_within(circle, ticket, now) then
      opens = opens + circle.lasts * 1000
    end
    if now < opens then
      return nil
    end
  end
  return #ticket.circles + 1
end
