from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

from dvor.base.tables import append_only, monthly_partitions

SQL = Path(__file__).resolve().parent.parent / "sql"
FUNCTIONS = ("number", "open", "guard", "take", "lessen", "apply_single", "apply_several", "apply", "repay", "issue")
CURRENCIES = [(1, "city points"), (2, "prize points")]
CAUSES = [(1, "award"), (2, "order"), (3, "expiry"), (4, "repayment")]

# Columns are ordered by width, so that no row carries padding. The primary key is led by the wallet: one statement
# page is one short index range a month, and a cluster can spread rows by wallet.
TRANSFER = """
create table ledger_transfer (
    wallet_id bigint not null,
    posted_at timestamptz not null,
    cause_id bigint not null,
    available_after bigint not null constraint ledger_transfer_never_negative check (available_after >= 0),
    seq integer not null,
    amount integer not null constraint ledger_transfer_amount_positive check (amount > 0),
    debit integer not null,
    credit integer not null,
    expires_on date,
    cause_kind smallint not null,
    currency smallint not null,
    constraint ledger_transfer_two_sides check (debit <> credit),
    primary key (wallet_id, posted_at, seq)
) partition by range (posted_at);
"""

# Room on the page keeps updates of balances HOT: no index entry is ever rewritten.
ROOM = """
alter table ledger_wallet set (fillfactor = 70);
alter table ledger_lot set (fillfactor = 80);
alter table ledger_hold set (fillfactor = 80);
create index ledger_wallet_indebted on ledger_wallet (id) where debt > 0;
create index ledger_wallet_blocked on ledger_wallet (resident_id) where blocked_at is not null;
create index ledger_lot_expires_on on ledger_lot using brin (expires_on) with (pages_per_range = 32);
create sequence ledger_account_number start 100;
"""
NO_ROOM = """
drop sequence ledger_account_number;
drop index ledger_wallet_indebted;
drop index ledger_wallet_blocked;
drop index ledger_lot_expires_on;
"""

def functions() -> migrations.RunSQL:
    """The functions that all moves go through. A later change of theirs is a new migration that reads the file again."""
    return migrations.RunSQL(
        "\n".join((SQL / f"{name}.sql").read_text(encoding="utf-8") for name in FUNCTIONS),
        "drop function ledger_issue; drop function ledger_repay; drop function ledger_apply; drop function ledger_apply_several; drop function ledger_apply_single;"
        "drop function ledger_lessen; drop function ledger_take;"
        "drop function ledger_blocked; drop function ledger_lock; drop function ledger_open; drop function ledger_number;",
    )


class Migration(migrations.Migration):
    initial = True
    dependencies = [("base", "0001_initial"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                ("id", models.IntegerField(primary_key=True, serialize=False)),
                ("code", models.CharField(max_length=80, unique=True)),
                ("title", models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="CurrencyTerms",
            fields=[
                ("currency", models.SmallIntegerField(choices=CURRENCIES, primary_key=True, serialize=False)),
                ("lot_months", models.SmallIntegerField()),
            ],
            options={
                "db_table": "ledger_currency",
                "constraints": [
                    models.CheckConstraint(condition=Q(("lot_months__range", (1, 120))), name="ledger_currency_months")
                ],
            },
        ),
        migrations.CreateModel(
            name="Wallet",
            fields=[
                ("id", models.BigIntegerField(help_text="number of the resident × 8 + currency", primary_key=True, serialize=False)),
                ("resident", models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="wallets", to=settings.AUTH_USER_MODEL)),
                ("available", models.BigIntegerField(default=0)),
                ("held", models.BigIntegerField(default=0)),
                ("pending", models.BigIntegerField(default=0)),
                ("debt", models.BigIntegerField(default=0)),
                ("opened_at", models.DateTimeField()),
                ("blocked_at", models.DateTimeField(blank=True, null=True)),
                ("blocked_by", models.BigIntegerField(blank=True, help_text="id of the operator", null=True)),
                ("seq", models.IntegerField(default=0, help_text="number of its last transfer: gap-free from 1")),
                ("newest_lot", models.DateField(help_text="no lot of this wallet ever expires later", null=True)),
                ("currency", models.SmallIntegerField(choices=CURRENCIES)),
                ("blocked_reason", models.TextField(blank=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=Q(("id", F("resident") * 8 + F("currency"))), name="ledger_wallet_number"),
                    models.CheckConstraint(condition=Q(("available__gte", 0), ("debt__gte", 0), ("held__gte", 0), ("pending__gte", 0)), name="ledger_wallet_never_negative"),
                    models.CheckConstraint(
                        condition=Q(Q(("blocked_at__isnull", True), ("blocked_by__isnull", True), ("blocked_reason", "")), Q(("blocked_at__isnull", False), ("blocked_by__isnull", False), Q(("blocked_reason", ""), _negated=True)), _connector="OR"),
                        name="ledger_wallet_blocked_at_by",
                    ),
                ],
            },
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(TRANSFER, "drop table ledger_transfer")],
            state_operations=[
                migrations.CreateModel(
                    name="Transfer",
                    fields=[
                        ("pk", models.CompositePrimaryKey("wallet_id", "posted_at", "seq", blank=True, editable=False, primary_key=True, serialize=False)),
                        ("wallet_id", models.BigIntegerField()),
                        ("posted_at", models.DateTimeField()),
                        ("cause_id", models.BigIntegerField()),
                        ("available_after", models.BigIntegerField()),
                        ("seq", models.IntegerField()),
                        ("amount", models.IntegerField()),
                        ("debit", models.IntegerField()),
                        ("credit", models.IntegerField()),
                        ("expires_on", models.DateField(null=True)),
                        ("cause_kind", models.SmallIntegerField(choices=CAUSES)),
                        ("currency", models.SmallIntegerField(choices=CURRENCIES)),
                    ],
                    options={
                        "constraints": [
                            models.CheckConstraint(condition=Q(("amount__gt", 0)), name="ledger_transfer_amount_positive"),
                            models.CheckConstraint(condition=Q(("debit", F("credit")), _negated=True), name="ledger_transfer_two_sides"),
                            models.CheckConstraint(condition=Q(("available_after__gte", 0)), name="ledger_transfer_never_negative"),
                        ],
                    },
                )
            ],
        ),
        monthly_partitions("ledger_transfer"),
        append_only("ledger_transfer"),
        migrations.CreateModel(
            name="Lot",
            fields=[
                ("pk", models.CompositePrimaryKey("wallet_id", "expires_on", blank=True, editable=False, primary_key=True, serialize=False)),
                ("wallet_id", models.BigIntegerField()),
                ("remaining", models.BigIntegerField()),
                ("expires_on", models.DateField(help_text="the last day on which they can be spent")),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=Q(("remaining__gte", 0)), name="ledger_lot_never_negative")],
            },
        ),
        migrations.CreateModel(
            name="Pending",
            fields=[
                ("pk", models.CompositePrimaryKey("wallet_id", "cause_id", "cause_kind", blank=True, editable=False, primary_key=True, serialize=False)),
                ("wallet_id", models.BigIntegerField()),
                ("cause_id", models.BigIntegerField()),
                ("matures_at", models.DateTimeField()),
                ("amount", models.IntegerField()),
                ("expires_on", models.DateField()),
                ("cause_kind", models.SmallIntegerField(choices=CAUSES)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=Q(("amount__gt", 0)), name="ledger_pending_amount_positive")],
                "indexes": [models.Index(fields=["matures_at"], name="ledger_pending_matures_at")],
            },
        ),
        migrations.CreateModel(
            name="Hold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("wallet_id", models.BigIntegerField()),
                ("placed_at", models.DateTimeField()),
                ("placed_by", models.BigIntegerField(null=True)),
                ("deadline", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                ("reversed_at", models.DateTimeField(help_text="when captured points were given back", null=True)),
                ("amount", models.IntegerField()),
                ("captured_to", models.IntegerField(help_text="account that received the points", null=True)),
                ("outcome", models.SmallIntegerField(choices=[(1, "captured"), (2, "released"), (3, "lapsed")], null=True)),
                ("purpose", models.CharField(help_text="noun:key of what the points are for, such as order:17", max_length=80)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=Q(("amount__gt", 0)), name="ledger_hold_amount_positive"),
                    models.CheckConstraint(
                        condition=Q(Q(("closed_at__isnull", True), ("outcome__isnull", True)), Q(("closed_at__isnull", False), ("outcome__isnull", False)), _connector="OR"),
                        name="ledger_hold_closed_with_outcome",
                    ),
                    models.CheckConstraint(
                        condition=Q(
                            Q(("captured_to__isnull", False), ("outcome", 1)),
                            Q(("captured_to__isnull", True), ("reversed_at__isnull", True), Q(("outcome__isnull", True), Q(("outcome", 1), _negated=True), _connector="OR")),
                            _connector="OR",
                        ),
                        name="ledger_hold_captured_to",
                    ),
                ],
                "indexes": [
                    models.Index(fields=["wallet_id"], name="ledger_hold_wallet"),
                    models.Index(condition=Q(("closed_at__isnull", True)), fields=["deadline"], name="ledger_hold_deadline"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Tally",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("account_id", models.IntegerField()),
                ("change", models.BigIntegerField()),
                ("currency", models.SmallIntegerField(choices=CURRENCIES)),
            ],
            options={
                "verbose_name_plural": "tallies",
                "indexes": [models.Index(fields=["account_id", "currency"], name="ledger_tally_account")],
            },
        ),
        migrations.RunSQL(ROOM, NO_ROOM),
        functions(),
    ]
