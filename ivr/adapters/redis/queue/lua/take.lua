-- Reserve the next caller whom the operator may serve.
-- ARGV: 1 now, 2 operator, 3 new reservation id, 4 end of the lease,
--       5 the operator's skills as a JSON object {skill: true}, or '' for all skills
-- Returns {'taken', ticket} | {'busy', reservation id} | {'none'}
local SCAN_LIMIT, CHUNK = 1000, 50
local now, operator, id = tonumber(ARGV[1]), ARGV[2], ARGV[3]
local skills = ARGV[5] ~= '' and cjson.decode(ARGV[5]) or nil
sweep(now)

local function next_caller()
  local first, count = 0, 1  -- the very first is mostly the one
  while first < SCAN_LIMIT do
    local call_sids = redis.call('ZRANGE', WAITING, first, first + count - 1)
    for _, call_sid in ipairs(call_sids) do
      local text = redis.call('HGET', CALLERS, call_sid)
      local ticket = cjson.decode(text)
      ticket.declined = nil  -- whoever asks for a caller takes one whom they have declined, too
      if circle_of(ticket, operator, skills, now) then
        return call_sid, ticket.joined, text
      end
    end
    if #call_sids < count then
      return nil
    end
    first, count = first + count, CHUNK
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
local call_sid, joined, text = next_caller()
if not call_sid then
  return {'none'}
end
reserve(call_sid, operator, id, ARGV[4], now, joined)
return {'taken', text}
