-- One at a time makes partitions; until the transaction ends.
select pg_advisory_xact_lock(hashtext('bills.months'))::text as taken;
