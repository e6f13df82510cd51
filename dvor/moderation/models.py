"""Reasons, cases with their reports, decisions, appeals and verdicts; how fast one may act, and who acted how often.

What is moderated lives in its own package; here it is only named: its kind and its number.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from dvor.base.texts import pick
from dvor.homes.models import House
from dvor.people.levels import Level
from dvor.people.models import Resident

NOTE_LENGTH_MAX, WORDS_LENGTH_MAX, KEY_LENGTH_MAX = 1_000, 1_000, 100
TITLE_LENGTH_MAX, RULE_LENGTH_MAX = 80, 600
APPEAL_DAYS = 30
COPIES_MAX = 5  # versions of a text that its author changed while it was looked at
LEVELS = [(level.value, level.title) for level in Level]


def _together(*names: str) -> Q:
    """All of these columns are known, or none."""
    return Q(**{f"{name}__isnull": True for name in names}) | Q(**{f"{name}__isnull": False for name in names})


class Reason(models.Model):
    """A version of a line of the public list: what a report and a decision may stand on.

    ``spam`` is the first one of its line, ``spam.2026-12-01`` goes before it from that day. It is never edited, only
    retired: a trigger holds it.
    """

    code = models.CharField(max_length=40, primary_key=True)
    titles = models.JSONField(help_text="both languages: {ru, en}")
    rules = models.JSONField(help_text="the rule it stands on, in both languages")
    position = models.SmallIntegerField(default=0)
    since = models.DateField()
    retired_at = models.DateTimeField(null=True, blank=True, help_text="not to be chosen any more")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(titles__has_keys=["ru", "en"], rules__has_keys=["ru", "en"]), name="moderation_reason_texts"
            )
        ]

    def __str__(self) -> str:
        return pick(self.titles)

    @property
    def rule(self) -> str:
        return pick(self.rules)

    @property
    def line(self) -> str:
        """What all its versions have in common."""
        return self.code.partition(".")[0]


class Case(models.Model):
    """One content that somebody reported or a check held, until it is decided. A content has one open case.

    ``copies`` are its versions as they were reported, oldest first; they go when nobody can need them any more.
    A moderator who has claimed it works on it alone; the claim wears off.
    """

    kind = models.CharField(max_length=40)
    content_id = models.BigIntegerField()
    house = models.ForeignKey(House, models.PROTECT, null=True, related_name="+")
    author = models.ForeignKey(Resident, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField()
    held_at = models.DateTimeField(null=True, help_text="invisible until it is decided")
    claimed_at = models.DateTimeField(null=True)
    claimed_by = models.ForeignKey(Resident, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    copies_until = models.DateTimeField(null=True, help_text="when the copies go; empty: they are needed")
    copies = models.JSONField(default=list, help_text="[{at, text, url, pictures}]")
    findings = models.JSONField(default=list, help_text="what the checks found: [{code, found}]")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "content_id"], condition=Q(closed_at__isnull=True), name="moderation_case_one_open"
            ),
            models.UniqueConstraint(fields=["id", "author"], name="moderation_case_author"),  # decisions point at it
            models.CheckConstraint(
                condition=_together("claimed_at", "claimed_by"), name="moderation_case_claimed_at_by"
            ),
        ]
        indexes = [
            models.Index(fields=["opened_at"], condition=Q(closed_at__isnull=True), name="moderation_case_queue"),
            models.Index(fields=["kind", "content_id", "-id"], name="moderation_case_content"),
            models.Index(fields=["author", "-id"], name="moderation_case_of_author"),
            models.Index(
                fields=["copies_until"], condition=Q(copies_until__isnull=False), name="moderation_case_copies"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.content_id}"


class Report(models.Model):
    """What one resident told about one content."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="reports")
    resident = models.ForeignKey(Resident, models.PROTECT, related_name="+", db_index=False)
    reason = models.ForeignKey(Reason, models.PROTECT, related_name="+")
    reported_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=NOTE_LENGTH_MAX, blank=True)
    key = models.CharField(max_length=KEY_LENGTH_MAX, help_text="of the form: sent twice, it counts once")
    print = models.BinaryField(max_length=32, help_text="fingerprint of the text as it was")

    class Meta:
        constraints = [  # a content has one open case: once a case is once an open report
            models.UniqueConstraint(fields=["resident", "case"], name="moderation_report_once"),
            models.UniqueConstraint(fields=["resident", "key"], name="moderation_report_key"),
        ]
        indexes = [models.Index(fields=["reported_at"], name="moderation_report_month")]

    def __str__(self) -> str:
        return f"report {self.pk}"


class Decision(models.Model):
    """What a moderator decided on a case. Append-only; what changes it is the verdict on an appeal."""

    class Outcome(models.IntegerChoices):
        LEAVE = 1, _("leave it")
        HIDE = 2, _("hide it until it is corrected")
        REMOVE = 3, _("remove it")

    case = models.OneToOneField(Case, models.PROTECT, related_name="decision")
    author_id = models.BigIntegerField(null=True, help_text="of the content, as the case knows him")
    outcome = models.SmallIntegerField(choices=Outcome.choices)
    reason = models.ForeignKey(Reason, models.PROTECT, null=True, related_name="+")
    words = models.CharField(max_length=WORDS_LENGTH_MAX)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(Resident, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "decided_by"], name="moderation_decision_who"),  # verdicts do, too
            models.UniqueConstraint(fields=["id", "author_id"], name="moderation_decision_author"),
            models.CheckConstraint(condition=Q(outcome__range=(1, 3)), name="moderation_decision_outcome"),
            models.CheckConstraint(
                condition=Q(outcome=1, reason__isnull=True) | (~Q(outcome=1) & Q(reason__isnull=False)),
                name="moderation_decision_reason",
            ),
            models.CheckConstraint(condition=~Q(words=""), name="moderation_decision_words"),
            models.CheckConstraint(
                condition=Q(author_id__isnull=True) | ~Q(author_id=F("decided_by")), name="moderation_decision_not_own"
            ),
        ]
        indexes = [models.Index(fields=["decided_at"], name="moderation_decision_month")]

    def __str__(self) -> str:
        return self.get_outcome_display()


class Appeal(models.Model):
    """The author's word against a decision, once."""

    decision = models.OneToOneField(Decision, models.PROTECT, primary_key=True, related_name="appeal")
    words = models.CharField(max_length=WORDS_LENGTH_MAX, blank=True)
    appealed_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["appealed_at"], name="moderation_appeal_month"),
            models.Index(fields=["appealed_at"], condition=Q(answered_at__isnull=True), name="moderation_appeal_queue"),
        ]

    def __str__(self) -> str:
        return f"appeal {self.pk}"


class Verdict(models.Model):
    """What a second moderator decided on an appeal: never the one who decided first. Append-only.

    ``first_by`` is tied to the decision by a foreign key over both columns (first migration), so it cannot lie.
    """

    appeal = models.OneToOneField(Appeal, models.PROTECT, primary_key=True, related_name="verdict")
    changed = models.BooleanField(help_text="the decision was wrong: the content is back")
    words = models.CharField(max_length=WORDS_LENGTH_MAX)
    first_by = models.ForeignKey(Resident, models.PROTECT, related_name="+", help_text="who decided the first time")
    author_id = models.BigIntegerField(null=True)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(Resident, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(decided_by=F("first_by")), name="moderation_verdict_second_person"),
            models.CheckConstraint(
                condition=Q(author_id__isnull=True) | ~Q(author_id=F("decided_by")), name="moderation_verdict_not_own"
            ),
            models.CheckConstraint(condition=~Q(words=""), name="moderation_verdict_words"),
        ]
        indexes = [models.Index(fields=["decided_at"], name="moderation_verdict_month")]

    def __str__(self) -> str:
        return f"verdict {self.pk}"


class Pace(models.Model):
    """How often one may act, from a day on: for accounts of an age and a level. Never edited (trigger): a newer line of
    the same act, age and level goes before it. The most generous line that fits an account is its own."""

    act = models.CharField(max_length=40, help_text="such as ads.post; * is for acts without lines")
    since = models.DateField()
    age_days = models.SmallIntegerField(default=0)
    level = models.SmallIntegerField(choices=LEVELS, default=Level.SIMPLIFIED)
    per_hour = models.IntegerField()
    per_day = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["act", "since", "age_days", "level"], name="moderation_pace_once"),
            models.CheckConstraint(
                condition=Q(age_days__gte=0, per_hour__gte=0, per_day__gte=F("per_hour")), name="moderation_pace_sane"
            ),
        ]

    def __str__(self) -> str:
        return self.act


class Tally(models.Model):
    """How often a resident did something in one hour or one day: it cannot grow over what was allowed."""

    pk = models.CompositePrimaryKey("resident_id", "act", "hours", "started_at")
    resident = models.ForeignKey(Resident, models.CASCADE, related_name="+", db_index=False)
    started_at = models.DateTimeField()
    count = models.IntegerField()
    most = models.IntegerField()
    hours = models.SmallIntegerField(help_text="1 or 24")
    act = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(count__gte=1, count__lte=F("most")), name="moderation_tally_holds")
        ]
        indexes = [models.Index(fields=["started_at"], name="moderation_tally_old")]

    def __str__(self) -> str:
        return f"{self.act} {self.count}"


class Print(models.Model):
    """The fingerprint of a text that somebody wrote, to see it again; not the text."""

    resident = models.ForeignKey(Resident, models.CASCADE, related_name="+", db_index=False)
    written_at = models.DateTimeField()
    content_id = models.BigIntegerField()
    kind = models.CharField(max_length=40)
    fingerprint = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "content_id"], name="moderation_print_once")]
        indexes = [
            models.Index(fields=["resident", "fingerprint"], name="moderation_print_same"),
            models.Index(fields=["written_at"], name="moderation_print_old"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.content_id}"
