-- An operator who wraps up is writing: their time does not end under their hands.
-- ARGV: 1 now, 2 operator, 3 how much is left at least, 4 how long a wrap-up may last by that
-- Returns 1, or 0 where they are not wrapping up, or enough is left, or it has lasted long enough
local now, least = tonumber(ARGV[1]), tonumber(ARGV[3])
sweep(now)
local it = state_of(ARGV[2])
if not it or it.state ~= 'wrap_up' or it['until'] - now > least / 2 then
  return 0
end
local longer = math.min(now + least, it.since + tonumber(ARGV[4]))
if longer <= it['until'] then
  return 0
end
it['until'] = longer
put(ARGV[2], it, it.since)
return 1
