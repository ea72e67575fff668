-- Join if absent, then look.
-- ARGV: 1 now, 2 call SID, 3 ticket as JSON, 4 its deadline,
--       5 how many in line before them are too many, or '', 6 '1' if the wait is to be estimated
-- Returns {'waiting', position [, a call's length or '', operators at work]}
--         | {'claimed', reservation id} | {'expired'} | {'full'} | {'nobody'}
local ENOUGH_CALLS = 5
local now, call_sid = tonumber(ARGV[1]), ARGV[2]
sweep(now)

local function staff(ticket)
  local count = 0
  for _, skills in pairs(at_work()) do
    if has_all(skills, ticket.skills) then
      count = count + 1
    end
  end
  return count
end

-- Whether everybody who may serve the caller has gone home; an operator who is away comes back.
-- Where nobody has ever signed on, operators take callers as they please, and no shift is known.
local function off_shift(ticket)
  for _, text in ipairs(redis.call('HVALS', STATES)) do
    local it = cjson.decode(text)
    if it.state ~= 'offline' and has_all(it.skills, ticket.skills) then
      return false
    end
  end
  return redis.call('HLEN', STATES) > 0
end

local function standing(position)
  if ARGV[6] ~= '1' then
    return {'waiting', position}
  end
  local mean, count, at = unpack(redis.call('HMGET', HANDLING, 'mean', 'count', 'at'))
  local known = count and tonumber(count) >= ENOUGH_CALLS and tonumber(at) >= now - HANDLING_LASTS
  return {'waiting', position, known and mean or '', staff(cjson.decode(ARGV[3]))}
end

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
  local ticket = cjson.decode(ARGV[3])
  if off_shift(ticket) then
    return {'nobody'}
  end
  local before = redis.call('ZCOUNT', WAITING, '-inf', ticket.place)
  if ARGV[5] ~= '' and before >= tonumber(ARGV[5]) then
    return {'full'}
  end
  redis.call('HSET', CALLERS, call_sid, ARGV[3])
  came(ticket, now)
  stand(call_sid, now)
end
return standing(redis.call('ZRANK', WAITING, call_sid) + 1)
