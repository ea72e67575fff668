-- ARGV: 1 now, 2 how many at most
-- Returns the tickets of the waiting callers, the next first
sweep(tonumber(ARGV[1]))
local tickets = {}
for i, call_sid in ipairs(redis.call('ZRANGE', WAITING, 0, ARGV[2] - 1)) do
  tickets[i] = redis.call('HGET', CALLERS, call_sid)
end
return tickets
