insert into points_kind (id, code, project, account_id, currency)
select * from unnest(
    %(ids)s::smallint[], %(codes)s::text[], %(projects)s::text[], %(accounts)s::integer[], %(currencies)s::smallint[]
)
on conflict (id) do update set code = excluded.code, project = excluded.project, account_id = excluded.account_id
where (points_kind.code, points_kind.project, points_kind.account_id)
    is distinct from (excluded.code, excluded.project, excluded.account_id);
