from django.db import migrations, models

from dvor.base.tables import append_only

REFUSE_CHANGE = """
create function base_refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only: % refused', tg_table_name, tg_op using errcode = 'restrict_violation';
end $$;
"""

# Monthly partitions of a table `partition by range (<a date or timestamptz column>)`, bounds at UTC month starts.
ENSURE_MONTHS = """
create function base_ensure_months(parent text, first_day date, last_day date) returns integer language plpgsql as $$
declare
    month date := date_trunc('month', first_day)::date;
    part text;
    made integer := 0;
begin
    while month <= last_day loop
        part := parent || '_' || to_char(month, 'YYYYMM');
        if to_regclass(part) is null then
            execute format('create table %I partition of %I for values from (%L) to (%L)',
                part, parent, month::text || ' 00:00+00', (month + interval '1 month')::date::text || ' 00:00+00');
            made := made + 1;
        end if;
        month := (month + interval '1 month')::date;
    end loop;
    return made;
end $$;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(REFUSE_CHANGE, "drop function base_refuse_change()"),
        migrations.RunSQL(ENSURE_MONTHS, "drop function base_ensure_months(text, date, date)"),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("actor_id", models.BigIntegerField(help_text="resident who acted; empty: the system itself", null=True)),
                ("act", models.CharField(help_text="package.noun.past_verb, such as points.rule.published", max_length=80)),
                ("subject", models.CharField(help_text="noun:key, such as wallet:17", max_length=120)),
                ("reason", models.TextField(blank=True)),
                ("facts", models.JSONField(default=dict, help_text="ids and figures, never personal data")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["subject", "-at"], name="base_audit_subject"),
                    models.Index(fields=["actor_id", "-at"], name="base_audit_actor"),
                    models.Index(fields=["-at"], name="base_audit_at"),
                ],
            },
        ),
        append_only("base_auditentry"),
        migrations.CreateModel(
            name="Request",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("owner_id", models.BigIntegerField()),
                ("key", models.CharField(max_length=100)),
                ("fingerprint", models.BinaryField(max_length=32)),
                ("status", models.SmallIntegerField(help_text="empty while the first call is still running", null=True)),
                ("answer", models.JSONField(null=True)),
                ("asked_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["asked_at"], name="base_request_asked_at")],
                "constraints": [models.UniqueConstraint(fields=("owner_id", "key"), name="base_request_once")],
            },
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("act", models.CharField(max_length=40)),
                ("actor", models.CharField(max_length=64)),
                ("window_start", models.DateTimeField()),
                ("count", models.IntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("act", "actor", "window_start"), name="base_attempt_once")
                ],
            },
        ),
    ]
