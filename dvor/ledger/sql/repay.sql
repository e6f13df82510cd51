-- Available points of wallets in debt repay it, oldest lots first, up to what there is. Nearly always nobody is in debt:
-- a partial index tells at once.
create or replace function ledger_repay(wallets bigint[], posted timestamptz) returns integer language plpgsql as $$
declare
    owing bigint[] := array(
        select id from ledger_wallet where debt > 0 and available > 0 and id = any (wallets) order by id);
    debts integer[];
begin
    if owing = '{}' then
        return 0;
    end if;
    debts := array(select debt::integer from ledger_wallet where id = any (owing) order by id);
    return (
        select ledger_apply(
            array_agg(taken.wallet_id), array_agg(1), array_agg(4), array_agg(taken.amount),
            array_agg(taken.expires_on), array_agg(4::smallint), array_agg(0::bigint), posted)
        from ledger_take(owing, debts, '-infinity') as taken);
end $$;
