-- Units of a cancelled order go back to one of the counters.
update rewards_stock set remaining = remaining + %(quantity)s::integer
where id = (
    select id from rewards_stock where reward_id = %(reward_id)s::bigint
    order by mod(shard + %(order_id)s::bigint, 8), id limit 1
);
