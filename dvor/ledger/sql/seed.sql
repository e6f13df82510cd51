-- The numbers 1-4 are the sub-accounts of every wallet; 5 takes what expires. City points live 12 months to the end of
-- the month: the source city's ledger shows points of 30.01.2022 annulled on 28.02.2023 (reference: domain facts 2.1).
with account as (
    insert into ledger_account (id, code, title) values
        (1, 'available', '{"ru": "Доступные баллы", "en": "Available points"}'::jsonb),
        (2, 'held', '{"ru": "Баллы в резерве", "en": "Points on hold"}'),
        (3, 'pending', '{"ru": "Ожидают зачисления", "en": "Pending points"}'),
        (4, 'debt', '{"ru": "Долг по баллам", "en": "Debt of points"}'),
        (5, 'expired', '{"ru": "Сгоревшие баллы", "en": "Expired points"}')
    on conflict do nothing
)
insert into ledger_currency (currency, lot_months) values (1, 12), (2, 12) on conflict do nothing;
