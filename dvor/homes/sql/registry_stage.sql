-- Where a registry file waits to be judged as a whole: on disk, seen by this session only. One statement: the tables
-- are made by a block, because a file holds one statement.
do $$ begin
    drop table if exists homes_registry_house, homes_registry_flat, homes_registry_refused;
    create temporary table homes_registry_house (
        row integer not null, unom bigint not null, fias_guid uuid, address text not null, district text, inn text,
        built_in smallint, floors smallint, connected_since date
    );
    create temporary table homes_registry_flat (
        row integer not null, unom bigint not null, number text not null, entrance smallint, floor smallint,
        area_cm2 bigint, payer_code text, first boolean not null default false
    );
    create temporary table homes_registry_refused (
        row integer not null, fault text not null, value text not null, other text, other_flat text
    );
end $$;
