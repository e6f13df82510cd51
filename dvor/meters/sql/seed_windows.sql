-- The city's windows that came with the product, where the city has none yet.
insert into meters_window
    (resource, since, first_day, last_day, crosses_month_end, assumption, source, published_at)
select given.resource, %(since)s::date, given.first_day, given.last_day, given.crossing, given.assumed,
    jsonb_build_object('ru', given.ru, 'en', given.en), %(at)s::timestamptz
from unnest(
    %(resources)s::smallint[], %(first_days)s::smallint[], %(last_days)s::smallint[], %(crossing)s::boolean[],
    %(assumed)s::boolean[], %(ru)s::text[], %(en)s::text[]
) as given (resource, first_day, last_day, crossing, assumed, ru, en)
where not exists (
    select from meters_window known
    where known.resource = given.resource and known.house_id is null and known.company_id is null
);
