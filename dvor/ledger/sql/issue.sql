-- Issues points to wallets of one currency: at once, or as pending until they mature. `lots` names the last day on
-- which they can be spent; without it the currency's own term holds. A resident's first points open the wallet.
create or replace function ledger_issue(
    wallets bigint[], currency smallint, accounts integer[], amounts integer[], matures timestamptz[], lots date[],
    cause smallint, cause_ids bigint[], posted timestamptz, zone text
) returns integer language plpgsql set plan_cache_mode = force_generic_plan as $$
#variable_conflict use_variable
declare
    asked constant integer := coalesce(cardinality(wallets), 0);
    credits integer[] := array_fill(1, array[asked]);
    causes smallint[] := array_fill(cause, array[asked]);
    months constant interval := (
        select make_interval(months => terms.lot_months + 1) from ledger_currency terms
        where terms.currency = ledger_issue.currency);
begin
    if asked = 0 then
        return 0;
    end if;
    if array_remove(matures, null) <> '{}' then
        credits := array(select case when moment is null then 1 else 3 end from unnest(matures) as moment);
        lots := array(
            select coalesce(lot, (date_trunc('month', coalesce(moment, posted) at time zone zone) + months)::date - 1)
            from unnest(matures, lots) as asked (moment, lot));
        insert into ledger_pending (wallet_id, cause_kind, cause_id, matures_at, amount, expires_on)
        select pending.wallet, cause, pending.cause_id, pending.moment, pending.amount, pending.lot
        from unnest(wallets, cause_ids, matures, amounts, lots) as pending (wallet, cause_id, moment, amount, lot)
        where pending.moment is not null;
    elsif lots is null then
        lots := array_fill((date_trunc('month', posted at time zone zone) + months)::date - 1, array[asked]);
    end if;
    begin
        return ledger_apply(wallets, accounts, credits, amounts, lots, causes, cause_ids, posted);
    exception when foreign_key_violation then
        perform ledger_open(wallets, posted);
        return ledger_apply(wallets, accounts, credits, amounts, lots, causes, cause_ids, posted);
    end;
end $$;
