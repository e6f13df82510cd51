-- Locks all counters of a reward in id order, waiting for those in use.
select id from rewards_stock where reward_id = %(reward_id)s::bigint order by id for update;
