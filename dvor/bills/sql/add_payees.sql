-- New payees; one that somebody else has added meanwhile stays as it is.
insert into bills_payee (name, inn, kpp, account, bank, bic, correspondent_account)
select name, inn, kpp, account, bank, bic, correspondent_account
from unnest(
    %(names)s::text[], %(inns)s::text[], %(kpps)s::text[], %(accounts)s::text[], %(banks)s::text[], %(bics)s::text[],
    %(correspondents)s::text[]
) as asked (name, inn, kpp, account, bank, bic, correspondent_account)
order by inn, kpp, account, bic, correspondent_account, name, bank
on conflict do nothing;
