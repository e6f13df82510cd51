-- The only way to write transfers. Moves come as parallel arrays in the order in which they happen; lots that are taken
-- from belong to wallets that the caller has locked. A wallet in debt repays it at once from what became available.
-- Returns how many transfers were written; fails when a wallet or a lot is missing.
create or replace function ledger_apply(
    wallets bigint[], debits integer[], credits integer[], amounts integer[], lots date[],
    cause_kinds smallint[], cause_ids bigint[], posted timestamptz
) returns integer language plpgsql as $$
#variable_conflict use_column
declare
    asked constant integer := coalesce(cardinality(wallets), 0);
    moved integer;
begin
    if asked = 0 then
        return 0;
    end if;
    if asked > (select count(distinct wallet) from unnest(wallets) as wallet) then
        moved := ledger_apply_several(wallets, debits, credits, amounts, lots, cause_kinds, cause_ids, posted);
    else
        moved := ledger_apply_single(wallets, debits, credits, amounts, lots, cause_kinds, cause_ids, posted);
    end if;
    if moved <> asked then
        raise exception 'ledger_apply: a wallet is missing' using errcode = 'foreign_key_violation';
    end if;
    if 1 = any (debits) then
        perform ledger_lessen(wallets, debits, amounts, lots);
    end if;
    return asked + ledger_repay(wallets, posted);
end $$;
