-- Available points of wallets in debt repay it, oldest lots first, up to what there is.
create or replace function ledger_repay(wallets bigint[], posted timestamptz) returns integer language sql as $$
    select ledger_apply(
        array_agg(taken.wallet_id), array_agg(1), array_agg(4), array_agg(taken.amount), array_agg(taken.expires_on),
        array_agg(4::smallint), array_agg(0::bigint), posted
    )
    from (
        select array_agg(id order by id) as ids, array_agg(debt::integer order by id) as debts
        from ledger_wallet where id = any (wallets) and debt > 0
    ) owing
    cross join lateral ledger_take(owing.ids, owing.debts, '-infinity') as taken
$$;
