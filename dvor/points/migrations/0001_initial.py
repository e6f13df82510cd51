from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from dvor.base.tables import append_only, monthly_partitions

SQL = Path(__file__).resolve().parent.parent / "sql"
FUNCTIONS = ("rate.sql", "history.sql", "walk.sql", "decide.sql", "enter.sql")

# The natural key is the primary key: an activity counts once by construction. The month belongs to the subject, so a
# key of each partition is a key over all of them. Old partitions are skipped in a search by time through BRIN.
ACTIVITY = """
create sequence points_activity_block;
create table points_activity (
    id bigint not null,
    resident_id bigint not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null,
    sum_kopecks bigint constraint points_activity_sum check (sum_kopecks between 0 and 100000000000),
    by_id bigint,
    month date not null constraint points_activity_month check (extract(day from month) = 1),
    kind_id smallint not null,
    level smallint not null,
    subject varchar(64) not null,
    constraint points_activity_has_occurred check (occurred_at <= recorded_at),
    primary key (kind_id, subject, month)
) partition by range (month);
create index points_activity_recorded_at on points_activity using brin (recorded_at) with (pages_per_range = 64);
"""

# Led by the resident: a statement page is one short range of the newest months, and a cap is counted the same way.
AWARD = """
create table points_award (
    resident_id bigint not null,
    recorded_at timestamptz not null,
    activity_id bigint not null,
    spendable_at timestamptz,
    rule_version_id integer,
    points integer not null constraint points_award_never_negative check (points >= 0),
    occurred_on date not null,
    month date not null,
    kind_id smallint not null,
    reason smallint not null,
    subject varchar(64) not null,
    primary key (resident_id, recorded_at, activity_id)
) partition by range (recorded_at);
"""

# What a form should have refused, refused by the table.
BOUNDS = """
alter table points_ruleversion
    add constraint points_ruleversion_sizes check (
        cardinality(points) = 3 and cardinality(permille) = 3 and cardinality(cap_counts) = 4
        and cardinality(cap_points) = 4),
    add constraint points_ruleversion_bounds check (
        0 <= all (points) and 1000000 >= all (points) and 0 <= all (permille) and 1000 >= all (permille)
        and 0 <= all (cap_counts) and 1000000 >= all (cap_counts)
        and 0 <= all (cap_points) and 1000000 >= all (cap_points));
"""
NO_BOUNDS = """
alter table points_ruleversion drop constraint points_ruleversion_sizes, drop constraint points_ruleversion_bounds;
"""


def functions() -> migrations.RunSQL:
    """The deciding functions. A later change of theirs is a new migration that reads the file again."""
    return migrations.RunSQL(
        "\n".join((SQL / name).read_text(encoding="utf-8") for name in FUNCTIONS),
        "drop function points_enter; drop function points_decide; drop function points_capped; drop function points_walk; drop function points_history; drop function points_rate;",
    )


class Migration(migrations.Migration):
    initial = True
    dependencies = [("base", "0001_initial"), ("ledger", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="Kind",
            fields=[
                ("id", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=40, unique=True)),
                ("project", models.CharField(max_length=40)),
                ("account_id", models.IntegerField(help_text="ledger account that issues its points")),
                ("currency", models.SmallIntegerField(choices=[(1, "city points"), (2, "prize points")])),
            ],
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(ACTIVITY, "drop table points_activity; drop sequence points_activity_block")],
            state_operations=[
                migrations.CreateModel(
                    name="Activity",
                    fields=[
                        ("pk", models.CompositePrimaryKey("kind_id", "subject", "month", blank=True, editable=False, primary_key=True, serialize=False)),
                        ("id", models.BigIntegerField()),
                        ("resident_id", models.BigIntegerField()),
                        ("occurred_at", models.DateTimeField()),
                        ("recorded_at", models.DateTimeField()),
                        ("sum_kopecks", models.BigIntegerField(null=True)),
                        ("by_id", models.BigIntegerField(help_text="resident who acted; empty: the system", null=True)),
                        ("month", models.DateField()),
                        ("kind_id", models.SmallIntegerField()),
                        ("level", models.SmallIntegerField(choices=[(1, "simplified"), (2, "standard"), (3, "full")])),
                        ("subject", models.CharField(max_length=64)),
                    ],
                    options={
                        "verbose_name_plural": "activities",
                        "constraints": [models.CheckConstraint(condition=models.Q(("month__day", 1)), name="points_activity_month"), models.CheckConstraint(condition=models.Q(("occurred_at__lte", models.F("recorded_at"))), name="points_activity_has_occurred"), models.CheckConstraint(condition=models.Q(("sum_kopecks__range", (0, 100000000000)), ("sum_kopecks__isnull", True), _connector="OR"), name="points_activity_sum")],
                    },
                ),
            ],
        ),
        monthly_partitions("points_activity"),
        append_only("points_activity"),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(AWARD, "drop table points_award")],
            state_operations=[
                migrations.CreateModel(
                    name="Award",
                    fields=[
                        ("pk", models.CompositePrimaryKey("resident_id", "recorded_at", "activity_id", blank=True, editable=False, primary_key=True, serialize=False)),
                        ("resident_id", models.BigIntegerField()),
                        ("recorded_at", models.DateTimeField()),
                        ("activity_id", models.BigIntegerField()),
                        ("spendable_at", models.DateTimeField(help_text="empty: at once, or nothing was paid", null=True)),
                        ("rule_version_id", models.IntegerField(null=True)),
                        ("points", models.IntegerField()),
                        ("occurred_on", models.DateField()),
                        ("month", models.DateField()),
                        ("kind_id", models.SmallIntegerField()),
                        ("reason", models.SmallIntegerField(choices=[(1, "paid"), (2, "no_rule"), (3, "level_too_low"), (4, "nothing_due"), (5, "wallet_blocked"), (11, "cap_day"), (12, "cap_month"), (13, "cap_year"), (14, "cap_lifetime"), (21, "part_day"), (22, "part_month"), (23, "part_year"), (24, "part_lifetime")])),
                        ("subject", models.CharField(max_length=64)),
                    ],
                    options={
                        "constraints": [models.CheckConstraint(condition=models.Q(("points__gte", 0)), name="points_award_never_negative")],
                    },
                ),
            ],
        ),
        monthly_partitions("points_award"),
        append_only("points_award"),
        migrations.CreateModel(
            name="Reversal",
            fields=[
                ("activity_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("resident_id", models.BigIntegerField()),
                ("awarded_at", models.DateTimeField(help_text="recorded_at of the award")),
                ("reversed_at", models.DateTimeField()),
                ("reversed_by", models.BigIntegerField(null=True)),
                ("points", models.IntegerField()),
                ("reason", models.TextField()),
            ],
            options={
                "indexes": [models.Index(fields=["resident_id", "awarded_at"], name="points_reversal_award")],
                "constraints": [models.CheckConstraint(condition=models.Q(("points__gt", 0)), name="points_reversal_positive")],
            },
        ),
        migrations.CreateModel(
            name="RuleVersion",
            fields=[
                ("id", models.AutoField(primary_key=True, serialize=False)),
                ("since", models.DateField(help_text="first day, in the city's time zone")),
                ("points", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(null=True), size=3)),
                ("permille", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(null=True), size=3)),
                ("cap_counts", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(null=True), size=4)),
                ("cap_points", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(null=True), size=4)),
                ("delay_days", models.SmallIntegerField(default=0, help_text="days until the points can be spent")),
                ("assumption", models.BooleanField(help_text="the amount is not public: chosen by us")),
                ("source", models.JSONField(default=dict, help_text='where it is written: {"ru": …, "en": …}')),
                ("source_url", models.CharField(blank=True, max_length=300)),
                ("published_at", models.DateTimeField()),
                ("published_by", models.BigIntegerField(help_text="empty: it came with the product", null=True)),
                ("note", models.TextField(blank=True, help_text="why it was published")),
                ("kind", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="points.kind")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("kind", "since"), name="points_ruleversion_once"), models.CheckConstraint(condition=models.Q(("delay_days__range", (0, 366))), name="points_ruleversion_delay"), models.CheckConstraint(condition=models.Q(("published_by__isnull", True), ("published_at__lt", models.F("since")), _connector="OR"), name="points_ruleversion_never_retroactive")],
            },
        ),
        append_only("points_reversal"),
        append_only("points_ruleversion"),
        migrations.RunSQL(BOUNDS, NO_BOUNDS),
        functions(),
    ]
