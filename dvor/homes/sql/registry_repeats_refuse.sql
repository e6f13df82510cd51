-- Takes out flats that the file has twice: the first row stays; later rows that say the same are no mistake and are
-- not noted.
with numbered as (
    select
        flat.ctid as place, row, number,
        first_value(row) over same_flat as first_row,
        (entrance, floor, area_cm2, payer_code) is distinct from
            first_value((entrance, floor, area_cm2, payer_code)) over same_flat as differs
    from homes_registry_flat as flat
    window same_flat as (partition by unom, number order by row)
), refused as (
    delete from homes_registry_flat as flat using numbered
    where flat.ctid = numbered.place and numbered.row <> numbered.first_row
)
insert into homes_registry_refused (row, fault, value, other)
select row, 'flat_repeated', number, first_row from numbered where row <> first_row and differs;
