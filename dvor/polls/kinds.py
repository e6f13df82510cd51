"""What polls declare: activities that pay, facts that are told, cards of the feed, contents that can be reported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from dvor.feed import kinds as feed
from dvor.feed.kinds import EntryKind, Face
from dvor.homes.rights import Act
from dvor.moderation import kinds as moderation
from dvor.moderation.kinds import Content, ContentKind
from dvor.notices import kinds as facts
from dvor.notices.kinds import FactKind
from dvor.people.models import Resident
from dvor.points import kinds as points
from dvor.points.kinds import Kind

OTHERS_MIN = 5  # neighbours from other flats, before a poll earns its author something


def describe(subjects: Iterable[str]) -> dict[str, str]:
    """Polls of statements in words: their questions. One query."""
    from dvor.polls.models import Poll  # the tables are there only after the registry of kinds

    numbers = {subject: subject.split(":")[1] for subject in subjects if subject.count(":") >= 1}
    questions = dict(
        Poll.objects.filter(pk__in={int(one) for one in numbers.values() if one.isdigit()}).values_list(
            "pk", "question"
        )
    )
    return {subject: questions[int(one)] for subject, one in numbers.items() if one.isdigit() and int(one) in questions}


POLL_CREATED = Kind(
    id=21,
    code="poll_created",
    icon="chart",
    titles={"ru": "Опрос соседей", "en": "Poll of neighbours"},
    what={
        "ru": "Спросите соседей по дому. Опрос засчитывается, когда на него ответили "
        f"{OTHERS_MIN} жителей других квартир: за вопрос, на который никто не ответил, баллов нет.",
        "en": "Ask your neighbours a question. A poll counts when "
        f"{OTHERS_MIN} residents of other flats have answered it: a question that nobody answers earns nothing.",
    },
    unit={"ru": "за каждый опрос", "en": "per poll"},
    describe=describe,
)
POLL_VOTE = Kind(
    id=22,
    code="poll_vote",
    icon="check",
    titles={"ru": "Ответ на опрос соседа", "en": "Answer to a neighbour's poll"},
    what={
        "ru": "Ответьте на опрос соседа. Каждый опрос считается один раз; за ответ в своём опросе и за новый ответ "
        "баллов нет. Баллы дают за участие: что вы выбрали, на них не влияет и в них не видно.",
        "en": "Answer a neighbour's poll. Each poll counts once; an answer to your own poll or a changed one "
        "earns nothing. Points are for taking part: what you chose neither changes them nor is seen in them.",
    },
    unit={"ru": "за каждый опрос", "en": "per poll"},
    describe=describe,
)

CLOSES_SOON = FactKind(
    code="polls.closes_soon",
    titles={"ru": "Опрос скоро закроется, вы ещё не ответили", "en": "A poll closes soon and you have not answered"},
    icon="vote",
)
CLOSED = FactKind(
    code="polls.closed",
    titles={"ru": "Готов результат опроса", "en": "The result of a poll is there"},
    icon="chart",
)


def _faces(subjects: Sequence[str], at: datetime) -> Mapping[str, Face]:
    from dvor.polls import cards

    return cards.faces(subjects, at)


ENTRY = EntryKind("poll", {"ru": "Опросы", "en": "Polls"}, "vote", act=Act.POLLS, faces=_faces)


def _polls(ids: Sequence[int]) -> Mapping[int, Content]:
    from dvor.polls import moderating

    return moderating.polls(ids)


def _comments(ids: Sequence[int]) -> Mapping[int, Content]:
    from dvor.polls import moderating

    return moderating.comments(ids)


def _hide_poll(poll_id: int, at: datetime) -> None:
    from dvor.polls import moderating

    moderating.hide_poll(poll_id, at)


def _restore_poll(poll_id: int, at: datetime) -> None:
    from dvor.polls import moderating

    moderating.restore_poll(poll_id, at)


def _hide_comment(comment_id: int, at: datetime) -> None:
    from dvor.polls import moderating

    moderating.hide_comment(comment_id, at)


def _restore_comment(comment_id: int, at: datetime) -> None:
    from dvor.polls import moderating

    moderating.restore_comment(comment_id, at)


def _sees_poll(by: Resident, poll_id: int) -> bool:
    from dvor.polls import moderating

    return moderating.sees_poll(by, poll_id)


def _sees_comment(by: Resident, comment_id: int) -> bool:
    from dvor.polls import moderating

    return moderating.sees_comment(by, comment_id)


POLL = ContentKind(
    "poll", {"ru": "Опрос", "en": "Poll"}, load=_polls, hide=_hide_poll, restore=_restore_poll, act=Act.POLLS,
    sees=_sees_poll,
)  # fmt: skip
COMMENT = ContentKind(
    "poll_comment", {"ru": "Комментарий к опросу", "en": "Comment on a poll"}, load=_comments, hide=_hide_comment,
    restore=_restore_comment, act=Act.POLLS, sees=_sees_comment,
)  # fmt: skip


def declare() -> None:
    """Make the kinds known."""
    for kind in (POLL_CREATED, POLL_VOTE):
        points.register(kind)
    for fact in (CLOSES_SOON, CLOSED):
        facts.register(fact)
    feed.register(ENTRY)
    for content in (POLL, COMMENT):
        moderation.register(content)
