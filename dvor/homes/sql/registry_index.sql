-- After loading: what judging and merging look for. Temporary tables are never analysed by themselves.
do $$ begin
    create unique index on homes_registry_house (unom);
    create index on homes_registry_flat (row);
    create index on homes_registry_flat (unom, number);
    create index on homes_registry_flat (payer_code);
    analyze homes_registry_house, homes_registry_flat;
end $$;
