-- What cannot be in the books of rewards: orders without their codes, codes of orders that were cancelled, counters
-- that do not add up.
select 'order.codes' as what, orders.id as subject, orders.quantity as proven, count(code.id) as stored
from rewards_order as orders
join rewards_reward as reward on reward.id = orders.reward_id and reward.kind = 'voucher'
left join rewards_promocode as code on code.order_id = orders.id
group by orders.id
having count(code.id) <> case when orders.cancelled_at is null then orders.quantity else 0 end
union all
select 'reward.units', reward.id, reward.units_total,
    (select coalesce(sum(remaining), 0) from rewards_stock where reward_id = reward.id)
    + (
        select coalesce(sum(quantity), 0) from rewards_order
        where reward_id = reward.id and cancelled_at is null
    )
from rewards_reward as reward
where reward.units_total is not null
    and reward.units_total <> (select coalesce(sum(remaining), 0) from rewards_stock where reward_id = reward.id)
    + (
        select coalesce(sum(quantity), 0) from rewards_order
        where reward_id = reward.id and cancelled_at is null
    )
union all
select 'code.reward', code.id, orders.reward_id, code.reward_id
from rewards_promocode as code
join rewards_order as orders on orders.id = code.order_id and orders.reward_id <> code.reward_id
order by what, subject
limit 1000;
