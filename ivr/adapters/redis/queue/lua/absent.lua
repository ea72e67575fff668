-- ARGV: call SIDs
-- Returns those that are neither in line nor with an operator
local found = {}
for _, call_sid in ipairs(ARGV) do
  if redis.call('HEXISTS', CALLERS, call_sid) == 0 then
    table.insert(found, call_sid)
  end
end
return found
