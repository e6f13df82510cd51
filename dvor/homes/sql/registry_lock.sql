-- One import at a time in the whole city; the lock is the session's and ends with it.
select pg_try_advisory_lock(hashtext('homes.registry.import')) as taken;
