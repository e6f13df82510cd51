-- One call for one issue or for ten thousand; `issue.sql` tells what happens.
select ledger_issue(
    %(wallets)s::bigint[], %(currency)s::smallint, %(accounts)s::integer[], %(amounts)s::integer[],
    %(matures)s::timestamptz[], %(lots)s::date[], %(cause)s::smallint, %(cause_ids)s::bigint[], %(at)s::timestamptz,
    %(zone)s
) as transfers;
