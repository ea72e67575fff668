-- Put back the callers of lapsed leases, take out those who have waited too long, end what is
-- timed of operators' states.
-- ARGV: 1 now
-- Returns the number of leases that had lapsed
return sweep(tonumber(ARGV[1]))
