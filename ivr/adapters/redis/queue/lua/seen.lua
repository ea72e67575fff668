-- The operator's console is there.
-- ARGV: 1 now, 2 operator, 3 until when this counts
sweep(tonumber(ARGV[1]))
redis.call('ZADD', SEEN, ARGV[3], ARGV[2])
local it = state_of(ARGV[2])
if it and it.next and it.next.reason == 'connection lost' then
  it.next = nil
  put(ARGV[2], it, it.since)
end
return 1
