-- The number of a system account; the no-op update makes a concurrent winner's row visible here.
with known as (
    select id from ledger_account where code = %(code)s
), made as (
    insert into ledger_account (id, code, title)
    select nextval('ledger_account_number'), %(code)s, %(title)s::jsonb
    where not exists (select from known)
    on conflict (code) do update set code = excluded.code
    returning id
)
select id from known union all select id from made;
