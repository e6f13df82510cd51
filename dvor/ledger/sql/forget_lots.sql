-- Empty lots that nothing can return to are not kept.
delete from ledger_lot
where wallet_id = any (%(wallet_ids)s::bigint[]) and expires_on < %(day)s::date and remaining = 0;
