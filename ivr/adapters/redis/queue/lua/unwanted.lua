-- ARGV: 1 a leg that has ended, or '' to ask for those that are to be ended
-- Returns the SIDs of the legs that ring for nobody any more
if ARGV[1] ~= '' then
  redis.call('SREM', UNWANTED, ARGV[1])
end
return redis.call('SMEMBERS', UNWANTED)
