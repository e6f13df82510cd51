from decimal import Decimal

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from dvor.base.tables import append_only, monthly_partitions

# Columns are ordered by width, so that no row carries padding. The house leads the key: one house is one short range
# of a month's index, and a cluster can spread rows by house.
READING = """
create table meters_reading (
    house_id bigint not null,
    meter_id bigint not null,
    submitted_at timestamptz not null,
    submitted_by bigint,
    period date not null constraint meters_reading_period check (extract(day from period) = 1),
    version smallint not null constraint meters_reading_version check (version >= 1),
    source smallint not null,
    t1 numeric(12, 3) not null,
    t2 numeric(12, 3),
    t3 numeric(12, 3),
    constraint meters_reading_shown check (
        t1 between 0 and 999999999.999
        and ((t2 is null and t3 is null) or (t2 is not null and t2 between 0 and 999999999.999))
        and (t3 is null or t3 between 0 and 999999999.999)
    ),
    primary key (house_id, meter_id, period, version)
) partition by range (period);
"""

# Which window holds for a house in a billing month: the house's own, its management company's, the city's.
WINDOW_OF = """
create function meters_window_of(house bigint, company bigint, asked smallint, month date)
returns table (id bigint, first_day smallint, last_day smallint, crosses_month_end boolean)
language sql stable parallel safe as $$
    select rule.id, rule.first_day, rule.last_day, rule.crosses_month_end
    from meters_window rule
    where rule.resource = asked and rule.since <= month
        and (rule.house_id is null or rule.house_id = house)
        and (rule.company_id is null or rule.company_id = company)
    order by rule.house_id nulls last, rule.company_id nulls last, rule.since desc
    limit 1
$$;
"""

# Room on the page keeps updates of the last reading HOT: no index entry is ever rewritten.
ROOM = "alter table meters_meter set (fillfactor = 75);"


class Migration(migrations.Migration):
    initial = True
    dependencies = [("base", "0001_initial"), ("homes", "0001_initial"), ("people", "0001_initial")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(READING, "drop table meters_reading")],
            state_operations=[
                migrations.CreateModel(
                    name='Reading',
                    fields=[
                        ('pk', models.CompositePrimaryKey('house_id', 'meter_id', 'period', 'version', blank=True, editable=False, primary_key=True, serialize=False)),
                        ('house_id', models.BigIntegerField()),
                        ('meter_id', models.BigIntegerField()),
                        ('submitted_at', models.DateTimeField()),
                        ('submitted_by', models.BigIntegerField(help_text='id of the resident or operator; empty: the system', null=True)),
                        ('period', models.DateField(help_text='first day of the billing month')),
                        ('version', models.SmallIntegerField()),
                        ('source', models.SmallIntegerField(choices=[(1, 'site'), (2, 'app'), (3, 'file of the management company'), (4, 'operator')])),
                        ('t1', models.DecimalField(decimal_places=3, max_digits=12)),
                        ('t2', models.DecimalField(decimal_places=3, max_digits=12, null=True)),
                        ('t3', models.DecimalField(decimal_places=3, max_digits=12, null=True)),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(('period__day', 1)), name='meters_reading_period'), models.CheckConstraint(condition=models.Q(('version__gte', 1)), name='meters_reading_version'), models.CheckConstraint(condition=models.Q(('t1__range', (Decimal('0'), Decimal('999999999.999'))), models.Q(models.Q(('t2__isnull', True), ('t3__isnull', True)), models.Q(('t2__isnull', False), ('t2__range', (Decimal('0'), Decimal('999999999.999')))), _connector='OR'), models.Q(('t3__isnull', True), ('t3__range', (Decimal('0'), Decimal('999999999.999'))), _connector='OR')), name='meters_reading_shown')],
                    },
                )
            ],
        ),
        monthly_partitions("meters_reading"),
        append_only("meters_reading"),
        migrations.CreateModel(
            name='Meter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('resource', models.SmallIntegerField(choices=[(1, 'Cold water'), (2, 'Hot water'), (3, 'Electricity'), (4, 'Heating'), (5, 'Gas')])),
                ('zones', models.SmallIntegerField(default=1)),
                ('digits_before', models.SmallIntegerField(help_text='whole digits of the register: it rolls over at 10 to this power')),
                ('digits_after', models.SmallIntegerField(help_text='digits after the point')),
                ('unit', models.SmallIntegerField(choices=[(1, 'm³'), (2, 'kWh'), (3, 'Gcal'), (4, 'MWh')])),
                ('installed_on', models.DateField()),
                ('verification_due_on', models.DateField(blank=True, help_text='last day of the verification interval', null=True)),
                ('archived_at', models.DateTimeField(blank=True, null=True)),
                ('archived_by', models.BigIntegerField(blank=True, help_text='id of the resident or operator', null=True)),
                ('gis_guid', models.UUIDField(blank=True, help_text="the meter's key in the housing registry", null=True, unique=True)),
                ('serial', models.CharField(max_length=40)),
                ('place', models.CharField(blank=True, max_length=60)),
                ('archived_reason', models.CharField(blank=True, max_length=200)),
                ('initial_t1', models.DecimalField(decimal_places=3, help_text='what it showed when it was installed', max_digits=12, null=True)),
                ('initial_t2', models.DecimalField(decimal_places=3, max_digits=12, null=True)),
                ('initial_t3', models.DecimalField(decimal_places=3, max_digits=12, null=True)),
                ('last_period', models.DateField(editable=False, null=True)),
                ('last_at', models.DateTimeField(editable=False, null=True)),
                ('last_by', models.BigIntegerField(editable=False, null=True)),
                ('last_version', models.SmallIntegerField(editable=False, null=True)),
                ('last_source', models.SmallIntegerField(choices=[(1, 'site'), (2, 'app'), (3, 'file of the management company'), (4, 'operator')], editable=False, null=True)),
                ('last_t1', models.DecimalField(decimal_places=3, editable=False, max_digits=12, null=True)),
                ('last_t2', models.DecimalField(decimal_places=3, editable=False, max_digits=12, null=True)),
                ('last_t3', models.DecimalField(decimal_places=3, editable=False, max_digits=12, null=True)),
                ('prior_period', models.DateField(editable=False, null=True)),
                ('prior_t1', models.DecimalField(decimal_places=3, editable=False, max_digits=12, null=True)),
                ('prior_t2', models.DecimalField(decimal_places=3, editable=False, max_digits=12, null=True)),
                ('prior_t3', models.DecimalField(decimal_places=3, editable=False, max_digits=12, null=True)),
                ('recent', django.contrib.postgres.fields.ArrayField(base_field=models.DecimalField(decimal_places=3, max_digits=13), default=list, editable=False, help_text='oldest first', size=None)),
                ('flat', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='meters', to='homes.flat')),
            ],
            options={
                'indexes': [models.Index(fields=['serial'], name='meters_meter_serial_search'), models.Index(condition=models.Q(('archived_at__isnull', True)), fields=['verification_due_on'], name='meters_meter_due')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('archived_at__isnull', True)), fields=('flat', 'resource', 'serial'), name='meters_meter_once'), models.CheckConstraint(condition=models.Q(('resource__range', (1, 5))), name='meters_meter_resource'), models.CheckConstraint(condition=models.Q(('zones', 1), models.Q(('resource', 3), ('zones__range', (1, 3))), _connector='OR'), name='meters_meter_zones'), models.CheckConstraint(condition=models.Q(('digits_after__range', (0, 3)), ('digits_before__range', (3, 9))), name='meters_meter_digits'), models.CheckConstraint(condition=models.Q(('serial', ''), _negated=True), name='meters_meter_serial'), models.CheckConstraint(condition=models.Q(models.Q(('archived_at__isnull', True), ('archived_by__isnull', True), ('archived_reason', '')), models.Q(('archived_at__isnull', False), ('archived_by__isnull', False), models.Q(('archived_reason', ''), _negated=True)), _connector='OR'), name='meters_meter_archived_at_by'), models.CheckConstraint(condition=models.Q(('verification_due_on__isnull', True), ('verification_due_on__gte', models.F('installed_on')), _connector='OR'), name='meters_meter_verification'), models.CheckConstraint(condition=models.Q(models.Q(('last_period__isnull', True), ('last_t1__isnull', True), ('last_version__isnull', True)), models.Q(('last_at__isnull', False), ('last_period__isnull', False), ('last_t1__isnull', False), ('last_t1__range', (Decimal('0'), Decimal('999999999.999'))), ('last_version__gte', 1), ('last_version__isnull', False)), _connector='OR'), name='meters_meter_last'), models.CheckConstraint(condition=models.Q(models.Q(('prior_period__isnull', True), ('prior_t1__isnull', True)), models.Q(('last_period__isnull', False), ('prior_period__isnull', False), ('prior_period__lt', models.F('last_period')), ('prior_t1__isnull', False), ('prior_t1__range', (Decimal('0'), Decimal('999999999.999')))), _connector='OR'), name='meters_meter_prior')],
            },
        ),
        migrations.CreateModel(
            name='Window',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('resource', models.SmallIntegerField(choices=[(1, 'Cold water'), (2, 'Hot water'), (3, 'Electricity'), (4, 'Heating'), (5, 'Gas')])),
                ('since', models.DateField(help_text='first billing month')),
                ('first_day', models.SmallIntegerField()),
                ('last_day', models.SmallIntegerField(help_text='inclusive')),
                ('crosses_month_end', models.BooleanField()),
                ('assumption', models.BooleanField(help_text='not public: chosen by us')),
                ('source', models.JSONField(default=dict, help_text='where it is written: {"ru": …, "en": …}')),
                ('published_at', models.DateTimeField()),
                ('published_by', models.BigIntegerField(help_text='empty: it came with the product', null=True)),
                ('company', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                ('house', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='homes.house')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('resource', 'house', 'company', 'since'), name='meters_window_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('first_day__range', (1, 31)), ('last_day__range', (1, 31))), name='meters_window_days'), models.CheckConstraint(condition=models.Q(models.Q(('crosses_month_end', True), ('last_day__lt', models.F('first_day'))), models.Q(('crosses_month_end', False), ('last_day__gte', models.F('first_day'))), _connector='OR'), name='meters_window_order'), models.CheckConstraint(condition=models.Q(('since__day', 1)), name='meters_window_month'), models.CheckConstraint(condition=models.Q(('house__isnull', True), ('company__isnull', True), _connector='OR'), name='meters_window_one_owner')],
            },
        ),
        migrations.RunSQL(ROOM, "alter table meters_meter reset (fillfactor)"),
        migrations.RunSQL(WINDOW_OF, "drop function meters_window_of(bigint, bigint, smallint, date)"),
    ]
