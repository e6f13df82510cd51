-- Payees that are known, by their place in the arrays.
select asked.place, payee.id
from unnest(
    %(places)s::integer[], %(names)s::text[], %(inns)s::text[], %(kpps)s::text[], %(accounts)s::text[],
    %(banks)s::text[], %(bics)s::text[], %(correspondents)s::text[]
) as asked (place, name, inn, kpp, account, bank, bic, correspondent_account)
join bills_payee payee using (inn, kpp, account, bic, correspondent_account, name, bank);
