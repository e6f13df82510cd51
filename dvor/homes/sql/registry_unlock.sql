select pg_advisory_unlock(hashtext('homes.registry.import')) as released;
