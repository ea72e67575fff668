"""The Lua scripts of the operator queue: each is one act that happens wholly or not at all.

All scripts take the same KEYS, in the order of `KEYS` below, and the ARGV that is documented at
each. Times are milliseconds since 1970; they come from the caller of the script, so that tests
need not wait. All are written so that a script sent twice, because a reply was lost, does no harm.

A caller is in exactly one of these states:

=========  ==================================================================================
waiting    in `waiting` and `deadlines`; ticket in `callers`
reserved   in `claimed`; reservation in `reservations` and in `leases`; ticket in `callers`
connected  the same without `leases`: the operator has answered
expired    in `expired` only: to be told at their next turn that the wait is over
gone       in `gone` only: has hung up; a turn that was still under way does not bring them back
=========  ==================================================================================

Anybody else is in none of the keys.
"""

from __future__ import annotations

from ivr import keys

KEYS = tuple(
    key.encode()  # once, not at every act
    for key in (
        keys.QUEUE_CALLERS,
        keys.QUEUE_WAITING,
        keys.QUEUE_DEADLINES,
        keys.QUEUE_EXPIRED,
        keys.QUEUE_GONE,
        keys.QUEUE_CLAIMED,
        keys.QUEUE_RESERVATIONS,
        keys.QUEUE_LEASES,
        keys.QUEUE_OPERATORS,
    )
)

# Every script begins with this. `sweep` looks only at what is due: each lease lapses once and
# each caller's wait ends once, so its cost is part of theirs, however long the queue is.
# Marks of callers who are expired or gone are forgotten after ten minutes: no hold turn takes as
# long, and no webhook is under way for as long.
_COMMON = """
local CALLERS, WAITING, DEADLINES, EXPIRED, GONE, CLAIMED, RESERVATIONS, LEASES, OPERATORS =
  unpack(KEYS)
local FORGET_AFTER = 600000

local function stand(call_sid)
  local ticket = cjson.decode(redis.call('HGET', CALLERS, call_sid))
  redis.call('ZADD', WAITING, ticket.place, call_sid)
  redis.call('ZADD', DEADLINES, ticket.deadline, call_sid)
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

local function end_reservation(id)
  local reservation = cjson.decode(redis.call('HGET', RESERVATIONS, id))
  redis.call('HDEL', RESERVATIONS, id)
  redis.call('ZREM', LEASES, id)
  redis.call('HDEL', OPERATORS, reservation.operator)
  redis.call('HDEL', CLAIMED, reservation.call_sid)
  return reservation.call_sid
end

local function sweep(now)
  local lapsed = redis.call('ZRANGEBYSCORE', LEASES, '-inf', now)
  for _, id in ipairs(lapsed) do
    stand(end_reservation(id))
  end
  local overdue = redis.call('ZRANGEBYSCORE', DEADLINES, '-inf', now)
  if #overdue > 0 then
    redis.call('ZREMRANGEBYSCORE', EXPIRED, '-inf', now)
  end
  for _, call_sid in ipairs(overdue) do
    redis.call('ZREM', WAITING, call_sid)
    redis.call('ZREM', DEADLINES, call_sid)
    redis.call('HDEL', CALLERS, call_sid)
    redis.call('ZADD', EXPIRED, now + FORGET_AFTER, call_sid)
  end
  return #lapsed
end
"""

WAIT = (
    _COMMON
    + """
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
"""
)

TAKE = (
    _COMMON
    + """
-- Reserve the next caller whom the operator may serve.
-- ARGV: 1 now, 2 operator, 3 new reservation id, 4 end of the lease,
--       5 the operator's skills as a JSON object {skill: true}, or '' for all skills
-- Returns {'taken', ticket} | {'busy', reservation id} | {'none'}
local SCAN_LIMIT, CHUNK = 1000, 50
local now, operator, id = tonumber(ARGV[1]), ARGV[2], ARGV[3]
sweep(now)

local function serves(skills, ticket)
  for _, skill in ipairs(cjson.decode(ticket).skills) do
    if not skills[skill] then
      return false
    end
  end
  return true
end

local function next_caller()
  if ARGV[5] == '' then
    return redis.call('ZRANGE', WAITING, 0, 0)[1]
  end
  local skills = cjson.decode(ARGV[5])
  for first = 0, SCAN_LIMIT - 1, CHUNK do
    local call_sids = redis.call('ZRANGE', WAITING, first, first + CHUNK - 1)
    for _, call_sid in ipairs(call_sids) do
      if serves(skills, redis.call('HGET', CALLERS, call_sid)) then
        return call_sid
      end
    end
    if #call_sids < CHUNK then
      return nil
    end
  end
end

local held = redis.call('HGET', OPERATORS, operator)
if held == id then  -- sent a second time: the same answer
  local reservation = cjson.decode(redis.call('HGET', RESERVATIONS, id))
  return {'taken', redis.call('HGET', CALLERS, reservation.call_sid)}
end
if held then
  return {'busy', held}
end
local call_sid = next_caller()
if not call_sid then
  return {'none'}
end
redis.call('ZREM', WAITING, call_sid)
redis.call('ZREM', DEADLINES, call_sid)
redis.call('HSET', CLAIMED, call_sid, id)
redis.call('HSET', OPERATORS, operator, id)
redis.call('HSET', RESERVATIONS, id, cjson.encode(
  {operator = operator, call_sid = call_sid, expires_at = ARGV[4]}))
redis.call('ZADD', LEASES, ARGV[4], id)
return {'taken', redis.call('HGET', CALLERS, call_sid)}
"""
)

ANSWER = (
    _COMMON
    + """
-- The operator has answered: the lease is over, the caller is connected.
-- ARGV: 1 now, 2 reservation id
-- Returns 1, or 0 where the reservation no longer stands
sweep(tonumber(ARGV[1]))
if redis.call('HEXISTS', RESERVATIONS, ARGV[2]) == 0 then
  return 0
end
redis.call('ZREM', LEASES, ARGV[2])
return 1
"""
)

RELEASE = (
    _COMMON
    + """
-- The operator does not answer: the caller goes back to their own place.
-- ARGV: 1 now, 2 reservation id
-- Returns 1, or 0 where it no longer stands or the operator has answered
local held = redis.call('ZSCORE', LEASES, ARGV[2])
if held then
  stand(end_reservation(ARGV[2]))
end
sweep(tonumber(ARGV[1]))
return held and 1 or 0
"""
)

FINISH = (
    _COMMON
    + """
-- The conversation is over.
-- ARGV: 1 reservation id
-- Returns 1, or 0 where it no longer stands or the operator has never answered
if redis.call('HEXISTS', RESERVATIONS, ARGV[1]) == 0 or redis.call('ZSCORE', LEASES, ARGV[1]) then
  return 0
end
redis.call('HDEL', CALLERS, end_reservation(ARGV[1]))
return 1
"""
)

LEAVE = (
    _COMMON
    + """
-- The caller has hung up, or goes another way: out of every state.
-- ARGV: 1 call SID, 2 now if they have hung up, or '' if they may come back
-- Returns the reservation that was cut, as `describe` does, or nothing
local call_sid = ARGV[1]
local id = redis.call('HGET', CLAIMED, call_sid)
local cut = nil
if id then
  cut = describe(id)
  end_reservation(id)
end
redis.call('ZREM', WAITING, call_sid)
redis.call('ZREM', DEADLINES, call_sid)
redis.call('ZREM', EXPIRED, call_sid)
redis.call('HDEL', CALLERS, call_sid)
if ARGV[2] ~= '' then
  redis.call('ZREMRANGEBYSCORE', GONE, '-inf', ARGV[2])
  redis.call('ZADD', GONE, ARGV[2] + FORGET_AFTER, call_sid)
end
return cut
"""
)

EXPIRE = (
    _COMMON
    + """
-- Put back the callers of lapsed leases, take out those who have waited too long.
-- ARGV: 1 now
-- Returns the number of leases that had lapsed
return sweep(tonumber(ARGV[1]))
"""
)

LIST = (
    _COMMON
    + """
-- ARGV: 1 now, 2 how many at most
-- Returns the tickets of the waiting callers, the next first
sweep(tonumber(ARGV[1]))
local tickets = {}
for i, call_sid in ipairs(redis.call('ZRANGE', WAITING, 0, ARGV[2] - 1)) do
  tickets[i] = redis.call('HGET', CALLERS, call_sid)
end
return tickets
"""
)

FIND = (
    _COMMON
    + """
-- ARGV: 1 reservation id, or '' to find it by 2 operator
-- Returns the reservation as `describe` does, or nothing
if ARGV[1] ~= '' then
  return describe(ARGV[1])
end
return describe(redis.call('HGET', OPERATORS, ARGV[2]) or '')
"""
)
