-- ARGV: 1 reservation id, or '' to find it by 2 operator
-- Returns the reservation as `describe` does, or nothing
if ARGV[1] ~= '' then
  return describe(ARGV[1])
end
return describe(redis.call('HGET', OPERATORS, ARGV[2]) or '')
