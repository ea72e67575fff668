-- Out of the line, unless an operator has or is being rung for them.
-- ARGV: 1 call SID
-- Returns 1 if they were in line, else 0
if redis.call('HEXISTS', CLAIMED, ARGV[1]) == 1 or redis.call('HDEL', CALLERS, ARGV[1]) == 0 then
  return 0
end
redis.call('ZREM', WAITING, ARGV[1])
redis.call('ZREM', DEADLINES, ARGV[1])
changed('queue')
return 1
