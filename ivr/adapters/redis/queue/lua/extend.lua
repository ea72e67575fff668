-- More time to wrap up.
-- ARGV: 1 now, 2 operator, 3 by how much
-- Returns 1, or 0 where they are not wrapping up
sweep(tonumber(ARGV[1]))
local it = state_of(ARGV[2])
if not it or it.state ~= 'wrap_up' then
  return 0
end
it['until'] = it['until'] + tonumber(ARGV[3])
put(ARGV[2], it, it.since)
return 1
