import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# How an address is searched. One function makes words of the stored address and of what somebody types, so that both
# sides always agree: «ул.» and «улица», «д. 1» and «1», «к. 2» and «корпус 2», «5 А» and «5а», ё and е are the same.
# A word is found by its beginning, because people see results while they type, and by its stem, because streets decline.
# `set search_path from current` keeps the generated column restorable: pg_restore works with an empty search path.
ADDRESS_WORDS = r"""
create function homes_address_words(address text) returns text[]
language plpgsql immutable strict parallel safe set search_path from current as $$
declare
    line text := lower(translate(left(address, 300), 'Ёё', 'Ее'));
begin
    line := regexp_replace(line, '[^a-z0-9а-я/-]+', ' ', 'g');
    line := regexp_replace(line, '\m(город|гор|г) [а-я-]{3,}', ' ', 'g');
    line := regexp_replace(line, '([0-9])(корпус|корп|к|строение|стр|с) ?([0-9])', '\1 \2\3', 'g');
    line := regexp_replace(line, '\m(корпус|корп|к) ?([0-9])', 'к\2', 'g');
    line := regexp_replace(line, '\m(строение|стр|с) ?([0-9])', 'с\2', 'g');
    line := regexp_replace(line, '\m(дом|д|владение|вл) ?([0-9])', '\2', 'g');
    line := regexp_replace(line, '([0-9]) ?-?([абвгдежз])\M', '\1\2', 'g');
    line := regexp_replace(line, '([0-9]) ?-?(ая|ой|ый|ий|го|я|й)\M', '\1', 'g');
    return array(
        select distinct case word
            when 'пер' then 'переулок' when 'пл' then 'площадь' when 'ш' then 'шоссе' when 'наб' then 'набережная'
            when 'просп' then 'проспект' when 'пр-т' then 'проспект' when 'пр-кт' then 'проспект'
            when 'пр-д' then 'проезд' when 'б-р' then 'бульвар' when 'бул' then 'бульвар' when 'туп' then 'тупик'
            when 'мкр' then 'микрорайон' when 'корпус' then 'к' when 'корп' then 'к' else word end
        from (select trim(both '/-' from part) as word from string_to_table(line, ' ') as part) as words
        where word not in ('', 'ул', 'улица', 'д', 'дом', 'пр', 'г')
    );
end $$;
"""

ADDRESS_VECTOR = r"""
create function homes_address_vector(address text) returns tsvector
language plpgsql immutable strict parallel safe set search_path from current as $$
begin
    return array_to_tsvector(array(
        with pieces as (
            select whole as piece from unnest(homes_address_words(address)) as whole
            union select part from unnest(homes_address_words(address)) as whole,
                regexp_split_to_table(whole, '[/-]') as part
            union select replace(whole, '-', '') from unnest(homes_address_words(address)) as whole
        )
        select piece from pieces where piece <> ''
        union select (ts_lexize('pg_catalog.russian_stem', piece))[1] from pieces where piece ~ '[а-я]{4}'
    ));
end $$;
"""

ADDRESS_QUERY = r"""
create function homes_address_query(typed text, finished boolean) returns tsquery
language plpgsql immutable strict parallel safe set search_path from current as $$
begin
    return (
        select string_agg(
            case when finished then format('%L', word)
                else format('(%L:* | %L)', word, case when length(stem) > 3 then stem else word end)  -- сад is no Садовая
            end,
            ' & ')::tsquery
        from unnest((homes_address_words(typed))[:12]) as word,
            lateral (select (ts_lexize('pg_catalog.russian_stem', word))[1] as stem) as shortened
    );
end $$;
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(ADDRESS_WORDS, "drop function homes_address_words(text)"),
        migrations.RunSQL(ADDRESS_VECTOR, "drop function homes_address_vector(text)"),
        migrations.RunSQL(ADDRESS_QUERY, "drop function homes_address_query(text, boolean)"),
        migrations.CreateModel(
            name='House',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unom', models.BigIntegerField(unique=True)),
                ('fias_guid', models.UUIDField(blank=True, null=True, unique=True)),
                ('address', models.CharField(max_length=300)),
                ('district', models.CharField(blank=True, max_length=100)),
                ('time_zone', models.CharField(blank=True, help_text="empty: the city's", max_length=50)),
                ('built_in', models.SmallIntegerField(blank=True, null=True)),
                ('floors', models.SmallIntegerField(blank=True, null=True)),
                ('connected_since', models.DateField(blank=True, null=True)),
                ('search', models.GeneratedField(db_persist=True, expression=models.Func(models.F('address'), function='homes_address_vector'), output_field=django.contrib.postgres.search.SearchVectorField())),
                ('management_company', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='houses', to='people.organisation')),
            ],
        ),
        migrations.CreateModel(
            name='Flat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=20)),
                ('entrance', models.SmallIntegerField(blank=True, null=True)),
                ('floor', models.SmallIntegerField(blank=True, null=True)),
                ('area_cm2', models.BigIntegerField(blank=True, help_text='square centimetres: 54.3 m² is 543000', null=True)),
                ('payer_code', models.CharField(blank=True, max_length=10, null=True)),
                ('house', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='flats', to='homes.house')),
            ],
        ),
        migrations.CreateModel(
            name='Residency',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.SmallIntegerField(choices=[(0, 'guest'), (1, 'occupant'), (2, 'registered'), (3, 'owner')])),
                ('proof', models.CharField(choices=[('none', 'not proven'), ('payer_code', 'payer code'), ('invitation', 'invitation of a resident'), ('registry', 'city registry'), ('operator', 'checked by an operator')], max_length=20)),
                ('proved_at', models.DateTimeField(blank=True, null=True)),
                ('title', models.CharField(blank=True, help_text="the resident's own name for the flat", max_length=60)),
                ('since', models.DateTimeField()),
                ('until', models.DateTimeField(blank=True, null=True)),
                ('closed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('flat', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='residencies', to='homes.flat')),
                ('resident', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='residencies', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'residencies',
            },
        ),
        migrations.AddIndex(
            model_name='house',
            index=django.contrib.postgres.indexes.GinIndex(fields=['search'], name='homes_house_search'),
        ),
        migrations.AddConstraint(
            model_name='house',
            constraint=models.CheckConstraint(condition=models.Q(('unom__gt', 0)), name='homes_house_unom_positive'),
        ),
        migrations.AddConstraint(
            model_name='flat',
            constraint=models.UniqueConstraint(fields=('house', 'number'), name='homes_flat_once'),
        ),
        migrations.AddConstraint(
            model_name='flat',
            constraint=models.UniqueConstraint(fields=('payer_code',), name='homes_flat_payer_code_once'),
        ),
        migrations.AddConstraint(
            model_name='flat',
            constraint=models.CheckConstraint(condition=models.Q(('area_cm2__gt', 0), ('area_cm2__isnull', True), _connector='OR'), name='homes_flat_area_positive'),
        ),
        migrations.AddConstraint(
            model_name='flat',
            constraint=models.CheckConstraint(condition=models.Q(('payer_code__regex', '^\\d{10}$'), ('payer_code__isnull', True), _connector='OR'), name='homes_flat_payer_code'),
        ),
        migrations.AddIndex(
            model_name='residency',
            index=models.Index(condition=models.Q(('until__isnull', True)), fields=['flat'], name='homes_residency_flat_now'),
        ),
        migrations.AddConstraint(
            model_name='residency',
            constraint=models.UniqueConstraint(condition=models.Q(('until__isnull', True)), fields=('resident', 'flat'), name='homes_residency_once'),
        ),
        migrations.AddConstraint(
            model_name='residency',
            constraint=models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gt', models.F('since')), _connector='OR'), name='homes_residency_period'),
        ),
        migrations.AddConstraint(
            model_name='residency',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('proof', 'none'), ('proved_at__isnull', True)), models.Q(models.Q(('proof', 'none'), _negated=True), ('proved_at__isnull', False)), _connector='OR'), name='homes_residency_proof'),
        ),
        migrations.AddConstraint(
            model_name='residency',
            constraint=models.CheckConstraint(condition=models.Q(('status__range', (0, 3))), name='homes_residency_status'),
        ),
        migrations.AddConstraint(
            model_name='residency',
            constraint=models.CheckConstraint(condition=models.Q(('closed_by__isnull', True), ('until__isnull', False), _connector='OR'), name='homes_residency_closed_by'),
        ),
        migrations.AddConstraint(
            model_name='residency',
            constraint=models.CheckConstraint(condition=models.Q(('status__lt', 2), models.Q(('proof', 'none'), _negated=True), _connector='OR'), name='homes_residency_claim_proved'),
        ),
    ]
