-- Which lots a demand takes from, oldest first; several demands on one wallet are served in their order. ``since`` is
-- the first day whose lots may be used (yesterday's expired lots are not spendable even before the nightly job). What
-- the lots do not cover is simply not returned.
create or replace function ledger_take(wallets bigint[], amounts integer[], since date)
returns table (place bigint, wallet_id bigint, expires_on date, amount integer) language sql stable as $$
    with demand as (
        select asked.place, asked.wallet_id,
            sum(asked.amount) over (partition by asked.wallet_id order by asked.place) as upper,
            sum(asked.amount) over (partition by asked.wallet_id order by asked.place) - asked.amount as lower
        from unnest(wallets, amounts) with ordinality as asked (wallet_id, amount, place)
        where asked.amount > 0  -- nothing is asked of lots when pending points cover it all
    ), supply as (
        select lot.wallet_id, lot.expires_on,
            sum(lot.remaining) over (partition by lot.wallet_id order by lot.expires_on) as upper,
            sum(lot.remaining) over (partition by lot.wallet_id order by lot.expires_on) - lot.remaining as lower
        from ledger_lot lot
        where lot.wallet_id = any (wallets) and lot.expires_on >= since and lot.remaining > 0
    )
    select demand.place, demand.wallet_id, supply.expires_on,
        (least(demand.upper, supply.upper) - greatest(demand.lower, supply.lower))::integer
    from demand
    join supply on supply.wallet_id = demand.wallet_id
        and supply.lower < demand.upper and demand.lower < supply.upper
    order by demand.place, supply.expires_on
$$;
