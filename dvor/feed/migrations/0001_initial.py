import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import dvor.feed.models


# Words of a card as the Russian dictionary knows them, «ё» as «е», and the house as a word of its own («#17», which no
# text can contain): one index answers «these words in these houses» however many houses the city has.
VECTOR = """
create function feed_vector(house bigint, title text, excerpt text) returns tsvector
language sql immutable parallel safe as $$
    select to_tsvector('pg_catalog.russian'::regconfig, translate(title || ' ' || excerpt, 'ёЁ', 'еЕ'))
        || array_to_tsvector(array['#' || house]);
$$;
"""

# What was typed, in these houses; nothing when only words without meaning were typed.
QUERY = """
create function feed_query(houses bigint[], typed text) returns tsquery
language sql immutable parallel safe as $$
    select case when numnode(words) > 0 then words && places end
    from (select
        websearch_to_tsquery('pg_catalog.russian'::regconfig, translate(typed, 'ёЁ', 'еЕ')) as words,
        (select string_agg(format('''#%s''', house), ' | ') from unnest(houses) as house)::tsquery as places
    ) as given;
$$;
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('homes', '0001_initial'),
        ('people', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(VECTOR, "drop function feed_vector(bigint, text, text)"),
        migrations.RunSQL(QUERY, "drop function feed_query(bigint[], text)"),
        migrations.CreateModel(
            name='Stream',
            fields=[
                ('house', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='homes.house')),
                ('moved_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Follow',
            fields=[
                ('pk', models.CompositePrimaryKey('resident_id', 'house_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('since', models.DateTimeField()),
                ('house', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='homes.house')),
                ('resident', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Seen',
            fields=[
                ('pk', models.CompositePrimaryKey('resident_id', 'house_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('numbers', dvor.feed.models.Ranges(help_text='entries that were seen')),
                ('seen_at', models.DateTimeField()),
                ('house', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='homes.house')),
                ('resident', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'seen',
            },
        ),
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('published_at', models.DateTimeField()),
                ('until', models.DateTimeField(blank=True, help_text='over after that; empty: it has no end', null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('hidden_at', models.DateTimeField(blank=True, null=True)),
                ('author_id', models.BigIntegerField(blank=True, help_text='id of the resident; empty: an organisation', null=True)),
                ('entrance', models.SmallIntegerField(blank=True, help_text='empty: the whole house', null=True)),
                ('urgent', models.BooleanField(default=False)),
                ('kind', models.CharField(max_length=40)),
                ('subject', models.CharField(help_text='what it stands for: ad:17', max_length=60)),
                ('title', models.CharField(max_length=200)),
                ('excerpt', models.CharField(blank=True, max_length=500)),
                ('url', models.CharField(max_length=200)),
                ('search', models.GeneratedField(db_persist=True, expression=models.Func(models.F('house_id'), models.F('title'), models.F('excerpt'), function='feed_vector'), output_field=django.contrib.postgres.search.SearchVectorField())),
                ('house', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='homes.house')),
            ],
            options={
                'verbose_name_plural': 'entries',
                'indexes': [models.Index(models.F('house'), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('hidden_at__isnull', True), ('withdrawn_at__isnull', True)), name='feed_entry_house'), models.Index(models.F('house'), models.F('kind'), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('hidden_at__isnull', True), ('withdrawn_at__isnull', True)), name='feed_entry_kind'), django.contrib.postgres.indexes.GinIndex(fields=['search'], name='feed_entry_search')],
                'constraints': [models.UniqueConstraint(fields=('subject', 'house', 'kind'), name='feed_entry_once'), models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='feed_entry_title'), models.CheckConstraint(condition=models.Q(('url__regex', '^/([^/\\\\]|$)')), name='feed_entry_url'), models.CheckConstraint(condition=models.Q(('until__isnull', True), ('until__gte', models.F('published_at')), _connector='OR'), name='feed_entry_until')],
            },
        ),
        migrations.CreateModel(
            name='News',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('audience', models.SmallIntegerField(choices=[(1, 'chosen houses'), (2, 'all houses of the management company'), (3, 'a district')])),
                ('district', models.CharField(blank=True, max_length=100)),
                ('house_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, help_text='houses that were reached', size=None)),
                ('version', models.SmallIntegerField(default=1)),
                ('key', models.CharField(help_text='of the form: sent twice, it counts once', max_length=64)),
                ('written_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_reason', models.CharField(blank=True, max_length=500)),
                ('title', models.CharField(max_length=200)),
                ('body', models.CharField(max_length=10000)),
                ('told', models.BooleanField(default=False, help_text='residents were notified, too')),
                ('changed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('company', models.ForeignKey(blank=True, help_text='empty: the city', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'news',
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('written_by', 'key'), name='feed_news_once'), models.CheckConstraint(condition=models.Q(models.Q(('changed_at__isnull', True), ('changed_by__isnull', True)), models.Q(('changed_at__isnull', False), ('changed_by__isnull', False)), _connector='OR'), name='feed_news_changed_at_by'), models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at__isnull', True), ('withdrawn_by__isnull', True), ('withdrawn_reason', '')), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False), models.Q(('withdrawn_reason', ''), _negated=True)), _connector='OR'), name='feed_news_withdrawn_at_by'), models.CheckConstraint(condition=models.Q(models.Q(('audience', 3), models.Q(('district', ''), _negated=True)), models.Q(models.Q(('audience', 3), _negated=True), ('district', '')), _connector='OR'), name='feed_news_district'), models.CheckConstraint(condition=models.Q(models.Q(('title', ''), _negated=True), models.Q(('body', ''), _negated=True)), name='feed_news_text')],
            },
        ),
        migrations.CreateModel(
            name='Outage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('audience', models.SmallIntegerField(choices=[(1, 'chosen houses'), (2, 'all houses of the management company'), (3, 'a district')])),
                ('district', models.CharField(blank=True, max_length=100)),
                ('house_ids', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, help_text='houses that were reached', size=None)),
                ('version', models.SmallIntegerField(default=1)),
                ('key', models.CharField(help_text='of the form: sent twice, it counts once', max_length=64)),
                ('written_at', models.DateTimeField()),
                ('changed_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_reason', models.CharField(blank=True, max_length=500)),
                ('service', models.SmallIntegerField(choices=[(1, 'cold water'), (2, 'hot water'), (3, 'electricity'), (4, 'heating'), (5, 'gas'), (6, 'lift'), (7, 'sewerage'), (8, 'intercom'), (9, 'internet and television')])),
                ('emergency', models.BooleanField()),
                ('entrances', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), default=list, help_text='empty: whole houses', size=None)),
                ('starts_at', models.DateTimeField()),
                ('ends_at', models.DateTimeField(blank=True, help_text='empty: not known yet, of an emergency only', null=True)),
                ('details', models.CharField(blank=True, help_text='why, and what to do', max_length=1000)),
                ('zone', models.CharField(blank=True, help_text="time zone of its houses; empty: the city's", max_length=50)),
                ('changed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('company', models.ForeignKey(blank=True, help_text='empty: the city', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('written_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['-starts_at'], name='feed_outage_starts')],
                'constraints': [models.UniqueConstraint(fields=('written_by', 'key'), name='feed_outage_once'), models.CheckConstraint(condition=models.Q(models.Q(('changed_at__isnull', True), ('changed_by__isnull', True)), models.Q(('changed_at__isnull', False), ('changed_by__isnull', False)), _connector='OR'), name='feed_outage_changed_at_by'), models.CheckConstraint(condition=models.Q(models.Q(('withdrawn_at__isnull', True), ('withdrawn_by__isnull', True), ('withdrawn_reason', '')), models.Q(('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False), models.Q(('withdrawn_reason', ''), _negated=True)), _connector='OR'), name='feed_outage_withdrawn_at_by'), models.CheckConstraint(condition=models.Q(models.Q(('audience', 3), models.Q(('district', ''), _negated=True)), models.Q(models.Q(('audience', 3), _negated=True), ('district', '')), _connector='OR'), name='feed_outage_district'), models.CheckConstraint(condition=models.Q(('service__range', (1, 9))), name='feed_outage_service'), models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at')), models.Q(('emergency', True), ('ends_at__isnull', True)), _connector='OR'), name='feed_outage_times'), models.CheckConstraint(condition=models.Q(('entrances', []), ('house_ids__len', 1), _connector='OR'), name='feed_outage_entrances_of_one_house')],
            },
        ),
    ]
