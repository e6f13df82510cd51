"""Tells authors and reporters what became of a content, in the transaction of the act."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dvor.moderation import kinds as contents
from dvor.moderation import wording
from dvor.notices import facts, kinds
from dvor.notices.kinds import Channel, FactKind

if TYPE_CHECKING:
    from dvor.moderation.models import Case, Decision, Report, Verdict

CONTENT_HELD = FactKind(
    code="moderation.content_held",
    titles={"ru": "Публикация ждёт проверки", "en": "A publication waits for a check"},
    fixed=frozenset({Channel.PAGE}),
    icon="shield",
)
CONTENT_DECIDED = FactKind(
    code="moderation.content_decided",
    titles={"ru": "Решение модератора о вашей публикации", "en": "A moderator's decision on your publication"},
    fixed=frozenset({Channel.PAGE}),
    icon="shield",
)
REPORT_ANSWERED = FactKind(
    code="moderation.report_answered",
    titles={"ru": "Ответ на вашу жалобу", "en": "Answer to your report"},
    icon="shield",
)
APPEAL_ANSWERED = FactKind(
    code="moderation.appeal_answered",
    titles={"ru": "Ответ на ваше возражение", "en": "Answer to your appeal"},
    fixed=frozenset({Channel.PAGE}),
    icon="shield",
)


def register() -> None:
    """Make the kinds of fact known."""
    for kind in (CONTENT_HELD, CONTENT_DECIDED, REPORT_ANSWERED, APPEAL_ANSWERED):
        kinds.register(kind)


def held(case: Case, *, at: datetime) -> None:
    """The author learns what was found and what to change."""
    known = (wording.FINDINGS.get(line["code"]) for line in case.findings)
    found = [{"titles": dict(words.titles), "advice": dict(words.advice)} for words in known if words]
    _tell_author(CONTENT_HELD, case, at, found=found)


def decided(case: Case, decision: Decision, *, at: datetime) -> None:
    """The author learns the outcome with the rule and the moderator's words."""
    reason = decision.reason
    _tell_author(
        CONTENT_DECIDED, case, at,
        outcome=decision.outcome, was_held=case.held_at is not None, words=decision.words,
        titles=reason.titles if reason else {}, rule=reason.rules if reason else {},
    )  # fmt: skip


def answered(case: Case, reports: Sequence[Report], *, outcome: int, stage: str, at: datetime) -> None:
    """The reporters learn what came of it; nothing of the author. One statement for all of them."""
    told = [
        facts.Fact(
            kind=REPORT_ANSWERED, resident_id=report.resident_id, key=f"{stage}:{report.pk}",
            context={**_about(case), "outcome": outcome, "stage": stage}, url="/moderation/cases/",
        )
        for report in reports
    ]  # fmt: skip
    facts.tell(told, at=at)


def judged(case: Case, verdict: Verdict, *, at: datetime) -> None:
    """The author learns the verdict on the appeal."""
    _tell_author(APPEAL_ANSWERED, case, at, changed=verdict.changed, words=verdict.words)


def _tell_author(kind: FactKind, case: Case, at: datetime, **more: Any) -> None:
    if case.author_id is None:
        return
    fact = facts.Fact(
        kind=kind, resident_id=case.author_id, key=f"case:{case.pk}", context={**_about(case), **more},
        url=f"/moderation/cases/{case.pk}/",
    )  # fmt: skip
    facts.tell([fact], at=at)


def _about(case: Case) -> dict[str, Any]:
    kind = contents.find(case.kind)
    return {"kind": dict(kind.titles) if kind else {"ru": case.kind, "en": case.kind}}
