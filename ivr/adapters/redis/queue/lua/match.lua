-- Offer waiting callers, in their order, to operators who are available: each to the one of the
-- narrowest circle who has been idle the longest.
-- ARGV: 1 now, 2 end of the leases, 3 … new reservation ids, which also bound how many are made
-- Returns the new reservations, each as {id, operator, ticket}
local SCAN_LIMIT, CHUNK = 1000, 50
local now = tonumber(ARGV[1])
sweep(now)

local idle, left = {}, #ARGV - 2
for i, operator in ipairs(redis.call('ZRANGE', IDLE, 0, -1)) do
  idle[i] = {operator = operator, skills = state_of(operator).skills or nil}
end

local function best_for(ticket)
  local best, narrowest = nil, nil
  for i, each in ipairs(idle) do
    local circle = circle_of(ticket, each.operator, each.skills, now)
    if circle and (not narrowest or circle < narrowest) then
      best, narrowest = i, circle
    end
    if narrowest == 1 then
      break
    end
  end
  return best
end

local pairs_found = {}
local first, count = 0, 1  -- the very first is mostly one of them
while first < SCAN_LIMIT and #idle > 0 and left > 0 do
  local call_sids = redis.call('ZRANGE', WAITING, first, first + count - 1)
  for _, call_sid in ipairs(call_sids) do
    local text = redis.call('HGET', CALLERS, call_sid)
    local ticket = cjson.decode(text)
    local best = best_for(ticket)
    if best then
      local operator = table.remove(idle, best).operator
      table.insert(pairs_found, {call_sid, operator, text, ticket.joined})
      left = left - 1
    end
    if #idle == 0 or left == 0 then
      break
    end
  end
  if #call_sids < count then
    break
  end
  first, count = first + count, CHUNK
end

local made = {}
for i, found in ipairs(pairs_found) do
  reserve(found[1], found[2], ARGV[2 + i], ARGV[2], now, found[4])
  made[i] = {ARGV[2 + i], found[2], found[3]}
end
return made
