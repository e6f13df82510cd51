-- Takes units from any counter of the reward that has enough of them and that nobody else is using at this moment.
update rewards_stock set remaining = remaining - %(quantity)s::integer
where id = (
    select id
    from rewards_stock
    where reward_id = %(reward_id)s::bigint and remaining >= %(quantity)s::integer
    order by random()
    limit 1
    for update skip locked
)
returning id;
