"""What residents want to be told and how: their choices, and the signed link in a mail that ends one kind of mail, or
all of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from dvor.base.refusals import Refusal
from dvor.notices import kinds, rhythms
from dvor.notices.channels import push
from dvor.notices.kinds import Channel, FactKind
from dvor.notices.models import Preference

EVERY = "*"  # in place of a kind: all mails but those that are part of the service
_SALT = "dvor.notices.unsubscribe"


@dataclass(frozen=True, slots=True)
class Choice:
    """One cell of the settings: a kind on a channel."""

    kind: FactKind
    channel: Channel
    wanted: bool

    @property
    def name(self) -> str:
        """The form field's name."""
        return f"{self.kind.code}:{self.channel}"

    @property
    def is_fixed(self) -> bool:
        return self.channel in self.kind.fixed


def choices(*, resident_id: int) -> list[tuple[FactKind, list[Choice]]]:
    """Every kind with the resident's choice for each channel that this site has; one query."""
    chosen = {(row.kind, row.channel): row.wanted for row in Preference.objects.filter(resident_id=resident_id)}
    return [
        (kind, [
            Choice(kind, channel, channel in kind.fixed or chosen.get((kind.code, channel), channel in kind.defaults))
            for channel in Channel
            if channel != Channel.PUSH or push.is_on()
        ])
        for kind in kinds.every()
    ]  # fmt: skip


@transaction.atomic
def choose(*, wanted: Collection[str], by: int, at: datetime) -> None:
    """Keep the whole settings form of resident ``by``: ``wanted`` names the ticked cells, the others are off.

    Cells that cannot be switched off stay on whatever is sent.
    """
    cells = [cell for _kind, row in choices(resident_id=by) for cell in row if not cell.is_fixed]
    changed = [cell for cell in cells if (cell.name in wanted) != cell.wanted]
    _keep({(cell.kind.code, cell.channel): not cell.wanted for cell in changed}, by=by, at=at)


@transaction.atomic
def change(*, wanted: Mapping[tuple[str, str], bool], by: int, at: datetime) -> None:
    """Keep some cells of the settings of resident ``by``, by kind and channel; the others stay as they are.

    Raises:
        Refusal: ``choice_unknown`` (422) for a kind or a channel that this site does not have; ``notice_required``
            (422) for one that cannot be switched off. Then nothing changes.
    """
    cells = {(cell.kind.code, str(cell.channel)): cell for _kind, row in choices(resident_id=by) for cell in row}
    for name, is_wanted in wanted.items():
        if name not in cells:
            raise Refusal("choice_unknown", _("There is no such choice."), field="choices")
        if cells[name].is_fixed and not is_wanted:
            raise Refusal("notice_required", _("What is part of the service cannot be switched off."), field="choices")
    chosen = {name: value for name, value in wanted.items() if not cells[name].is_fixed}
    _keep({(kind, Channel(channel)): value for (kind, channel), value in chosen.items()}, by=by, at=at)


def sign(*, resident_id: int, kind: str) -> str:
    """The token of a mail's unsubscribe link. It opens nothing else and needs no sign-in."""
    return signing.dumps([resident_id, kind], salt=_SALT, compress=True)


def read(token: str) -> tuple[int, FactKind | None]:
    """Whose mails of which kind a token ends; no kind is all of them.

    Raises:
        Refusal: ``link_unreadable`` (404) when it was not made by us or its kind is no more.
    """
    try:
        resident_id, code = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        resident_id, code = 0, ""
    kind = kinds.find(code)
    if kind is None and code != EVERY:
        raise Refusal(
            "link_unreadable",
            _("This link is not valid."),
            remedy=_("Open it from the mail again, or change the settings of notifications after signing in."),
            status=404,
        )
    return resident_id, kind


def cancel(token: str, *, every: bool = False, at: datetime) -> FactKind | None:
    """End one kind of mail by its signed link, or ``every`` kind; doing it twice is the same as once.

    Raises:
        Refusal: ``link_unreadable`` (404), or ``notice_required`` (422) for mails that cannot be switched off.
    """
    resident_id, kind = read(token)
    if kind is None or every:
        rhythms.silence(by=resident_id, at=at)
        return None
    if Channel.MAIL in kind.fixed:
        raise Refusal("notice_required", _("These mails are part of the service and cannot be switched off."))
    _keep({(kind.code, Channel.MAIL): False}, by=resident_id, at=at)
    return kind


def _keep(chosen: Mapping[tuple[str, Channel], bool], *, by: int, at: datetime) -> None:
    Preference.objects.bulk_create(
        [
            Preference(resident_id=by, kind=kind, channel=channel, wanted=wanted, chosen_at=at)
            for (kind, channel), wanted in chosen.items()
        ],
        update_conflicts=True,
        unique_fields=["resident", "kind", "channel"],
        update_fields=["wanted", "chosen_at"],
    )
