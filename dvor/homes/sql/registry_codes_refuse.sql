-- Takes out flats whose payer code the file gives to two flats: nobody here can know whose it is.
with doubled as (
    select flat.ctid as place, row, payer_code, min(row) over same_code as low, max(row) over same_code as high
    from homes_registry_flat as flat
    where payer_code is not null
    window same_code as (partition by payer_code)
), refused as (
    delete from homes_registry_flat as flat using doubled where flat.ctid = doubled.place and doubled.low < doubled.high
)
insert into homes_registry_refused (row, fault, value, other)
select row, 'code_repeated', payer_code, case when row = low then high else low end from doubled where low < high;
