-- ARGV: 1 now
-- Returns every operator's state, as {operator, state, reservation id or '', …}
sweep(tonumber(ARGV[1]))
local all, found = redis.call('HGETALL', STATES), {}
for i = 1, #all, 2 do
  table.insert(found, all[i])
  table.insert(found, all[i + 1])
  table.insert(found, redis.call('HGET', OPERATORS, all[i]) or '')
end
return found
