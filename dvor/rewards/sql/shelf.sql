-- One page of the catalogue with what is left of each reward; codes are counted no further than a person cares.
-- Reads downward: people_organisation (the partner's name).
with page as materialized (
    select
        reward.*, category.slug, category.titles as category_titles, category.icon,
        count(*) over () as found,
        row_number() over (
            order by
                case when %(after)s::bigint is not null then reward.id end,
                case %(sort)s::text when 'cheap' then reward.price when 'dear' then -reward.price end,
                reward.published_at desc, reward.id desc
        ) as line
    from rewards_reward as reward
    join rewards_category as category on category.id = reward.category_id
    where reward.published_at is not null
        and (
            reward.id = %(reward_id)s::bigint
            or (
                %(reward_id)s::bigint is null
                and reward.withdrawn_at is null
                and (reward.valid_until is null or reward.valid_until >= %(day)s::date)
            )
        )
        and (%(after)s::bigint is null or reward.id > %(after)s::bigint)
        and (%(category)s::text = '' or category.slug = %(category)s::text)
        and (%(text)s::text = '' or (
            reward.titles ->> 'ru' || ' ' || (reward.titles ->> 'en') || ' ' || (reward.summary ->> 'ru') || ' '
            || (reward.summary ->> 'en')
        ) ilike %(text)s::text)
        and (%(city)s::bigint is null or reward.price 
            <= case reward.currency when 1 then %(city)s::bigint else %(prize)s::bigint end)
        and (not %(wished)s::boolean or exists (
            select from rewards_wish as wish
            where wish.resident_id = %(resident_id)s::bigint and wish.reward_id = reward.id
        ))
    order by line
    limit %(limit)s::integer offset %(offset)s::integer
)
select
    page.id, page.kind, page.titles, page.summary, page.terms, page.price, page.currency, page.level_min,
    page.order_max, page.month_max, page.lifetime_max, page.cancel_hours, page.valid_until, page.units_total,
    page.slug, page.category_titles, page.icon, page.found, partner.title as partner,
    page.withdrawn_at is null as is_open,
    exists (
        select from rewards_wish as wish
        where wish.resident_id = %(resident_id)s::bigint and wish.reward_id = page.id
    ) as is_wished,
    case
        when page.kind = 'voucher' then (
            select count(*) from (
                select from rewards_promocode as code
                where code.reward_id = page.id and code.order_id is null
                    and (code.valid_until is null or code.valid_until >= %(day)s::date)
                limit %(counted_max)s::integer
            ) as free
        )
        when page.units_total is not null then (
            select coalesce(sum(stock.remaining), 0) from rewards_stock as stock where stock.reward_id = page.id
        )
    end::integer as remaining
from page
join people_organisation as partner on partner.id = page.partner_id
order by page.line;
