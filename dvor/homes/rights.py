"""Who may do what in which house: one table, read by pages, API and console alike (design.md §6).

Rights are a function of account level, status at the flat, its proof, and operators' roles. A flat is reached through
``flat_for`` only: whoever has nothing to do with it gets the answer of a flat that does not exist.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dvor.base.refusals import Refusal, Text
from dvor.homes.models import Flat, House, Residency
from dvor.people.levels import Level
from dvor.people.models import Resident, Role

Status = Residency.Status


class Act(StrEnum):
    """What can be done at a flat or in its house."""

    SEE_HOUSE = "see_house"
    SEE_PROTOCOLS = "see_protocols"
    SEE_ADS = "see_ads"
    POST_ADS = "post_ads"
    CHAT = "chat"
    REQUESTS = "requests"
    POLLS = "polls"
    SEE_METERS = "see_meters"
    SUBMIT_READINGS = "submit_readings"
    SEE_BILL = "see_bill"
    PAY = "pay"
    INVITE = "invite"
    INITIATE_MEETING = "initiate_meeting"
    VOTE = "vote"
    INVITE_NEIGHBOURS = "invite_neighbours"

    @property
    def label(self) -> Promise:
        return _LABELS[self]

    @property
    def is_coming(self) -> bool:
        """The right is known, its pages are not built yet; pages say «soon»."""
        return self not in _BUILT


_LABELS: dict[Act, Promise] = {
    Act.SEE_HOUSE: _("information about the house"),
    Act.SEE_PROTOCOLS: _("minutes of owners' meetings"),
    Act.SEE_ADS: _("reading the notice board"),
    Act.POST_ADS: _("posting on the notice board"),
    Act.CHAT: _("the house chat"),
    Act.REQUESTS: _("requests to the dispatcher and the management company"),
    Act.POLLS: _("polls of neighbours"),
    Act.SEE_METERS: _("meters and their history"),
    Act.SUBMIT_READINGS: _("sending meter readings"),
    Act.SEE_BILL: _("bills"),
    Act.PAY: _("paying bills"),
    Act.INVITE: _("inviting those who live with you"),
    Act.INITIATE_MEETING: _("calling an owners' meeting"),
    Act.VOTE: _("voting at owners' meetings"),
    Act.INVITE_NEIGHBOURS: _("inviting neighbours of the house"),
}

_BUILT = {
    Act.SEE_HOUSE,
    Act.POLLS,
    Act.SEE_ADS,
    Act.POST_ADS,
    Act.CHAT,
    Act.SEE_METERS,
    Act.SUBMIT_READINGS,
    Act.SEE_BILL,
    Act.PAY,
    Act.INVITE_NEIGHBOURS,
}

# ── The table: residents ─────────────────────────────────────────────────────────────────────────────────────────
_ANYBODY = frozenset({Act.SEE_HOUSE, Act.SEE_PROTOCOLS, Act.SEE_ADS, Act.POST_ADS})
_PROVEN = _ANYBODY | {
    Act.CHAT, Act.REQUESTS, Act.POLLS, Act.SEE_METERS, Act.SUBMIT_READINGS, Act.SEE_BILL, Act.PAY,
    Act.INVITE_NEIGHBOURS,  # whoever comes by it proves his flat himself: nobody vouches for anybody
}  # fmt: skip
OF_STATUS: dict[tuple[Status, bool], frozenset[Act]] = {
    (Status.GUEST, False): frozenset({Act.SEE_HOUSE}),
    (Status.GUEST, True): frozenset({Act.SEE_HOUSE, Act.SEE_ADS, Act.REQUESTS}),
    (Status.OCCUPANT, False): _ANYBODY,
    (Status.OCCUPANT, True): _PROVEN,
    (Status.REGISTERED, False): _ANYBODY,  # such rows cannot exist; a claim alone would give nothing more
    (Status.REGISTERED, True): _PROVEN | {Act.INVITE},
    (Status.OWNER, False): _ANYBODY,
    (Status.OWNER, True): frozenset(Act),
}
LEAST_LEVEL: dict[Act, Level] = {
    Act.INVITE: Level.STANDARD,  # vouching for others needs a checked name
    Act.INITIATE_MEETING: Level.FULL,  # a vote is cast by an identified person: Housing Code, art. 47.1
    Act.VOTE: Level.FULL,
}

# ── The table: operators, who look and never act in a resident's place ───────────────────────────────────────────
_CITY_OPERATOR = frozenset({Act.SEE_HOUSE, Act.SEE_PROTOCOLS, Act.SEE_ADS, Act.SEE_METERS, Act.SEE_BILL})
OF_ROLE: dict[str, frozenset[Act]] = {
    Role.Name.CITY_OPERATOR: _CITY_OPERATOR,
    Role.Name.MODERATOR: frozenset({Act.SEE_HOUSE, Act.SEE_ADS}),
    Role.Name.ACCOUNTANT: frozenset({Act.SEE_HOUSE, Act.SEE_BILL}),  # which bill a transfer belongs to
    Role.Name.MANAGEMENT_COMPANY: frozenset({Act.SEE_HOUSE, Act.SEE_PROTOCOLS, Act.SEE_METERS}),  # in its own houses
    Role.Name.PARTNER: frozenset(),
}


def allows(*, level: Level, status: Status, proven: bool, act: Act) -> bool:
    """The cell of the table for a resident."""
    return act in OF_STATUS[status, proven] and level >= LEAST_LEVEL.get(act, Level.SIMPLIFIED)


def role_allows(*, role: str, own_house: bool, act: Act) -> bool:
    """The cell of the table for an operator; ``own_house``: the role's organisation manages the house."""
    return act in OF_ROLE[role] and (own_house or role != Role.Name.MANAGEMENT_COMPANY)


def remedy(*, level: Level, status: Status, proven: bool, act: Act) -> Text:
    """What would open a closed cell: a proof, a higher account level, or another status."""
    if not proven and act in OF_STATUS[status, True]:
        return _("Confirm that you live here: enter the payer code from the bill.")
    if act in OF_STATUS[status, proven]:
        return _("This needs the account level “%(level)s”: raise it in your city ID.") % {
            "level": LEAST_LEVEL[act].title
        }
    if act in OF_STATUS[Status.REGISTERED, True]:
        return _("This is for those who are registered in the flat. Ask your management company to confirm it.")
    return _("This is for owners. Ownership comes from the city registry; if it is missing, ask your management company to confirm it.")  # noqa: E501  # fmt: skip


# ── Reaching flats and houses ────────────────────────────────────────────────────────────────────────────────────
def flat_for(resident: Resident, flat_id: int, act: Act, *, at: datetime) -> Flat:
    """The flat, if this resident (or operator) may do ``act`` there; with ``residency`` and the house fetched.

    One query for residents, two for everybody else.

    Raises:
        Refusal: ``flat_unknown`` (404) for whoever has nothing to do with the flat, also when it does not exist;
            ``not_allowed`` (403) with the remedy when it is the resident's own, but not for this act.
    """
    if not 0 < flat_id < 2**63:
        raise unknown()
    residency = _current(resident, at=at).filter(flat_id=flat_id).first()
    if residency is None:
        return _flat_of_operator(resident, flat_id, act)
    cell = {"level": resident.account_level, "status": Status(residency.status), "proven": residency.proven, "act": act}
    if not allows(**cell):  # type: ignore[arg-type]
        raise _not_allowed(act, remedy(**cell))  # type: ignore[arg-type]
    residency.flat.residency = residency
    return residency.flat


def flats_of(resident: Resident, *, at: datetime | None = None) -> list[Flat]:
    """The resident's own flats, oldest residency first, each with ``residency`` and the house fetched. One query."""
    flats = []
    for residency in _current(resident, at=at).order_by("since", "id"):
        residency.flat.residency = residency
        flats.append(residency.flat)
    return flats


def flats_allowing(resident: Resident, act: Act, *, at: datetime | None = None) -> list[Flat]:
    """Those of the resident's flats where the act is allowed. One query."""
    return [
        flat
        for flat in flats_of(resident, at=at)
        if flat.residency is not None
        and allows(
            level=resident.account_level,
            status=Status(flat.residency.status),
            proven=flat.residency.proven,
            act=act,
        )
    ]


def houses_of(resident: Resident, *, at: datetime | None = None) -> list[House]:
    """The houses of the resident's own flats, each once."""
    return list({flat.house_id: flat.house for flat in flats_of(resident, at=at)}.values())


def acts_of(residency: Residency, *, level: Level) -> list[Act]:
    """Everything that this residency allows, in the table's order."""
    status = Status(residency.status)
    return [act for act in Act if allows(level=level, status=status, proven=residency.proven, act=act)]


def closed_of(residency: Residency, *, level: Level) -> list[tuple[str, list[Act]]]:
    """Everything that this residency does not allow, gathered by what would open it."""
    status = Status(residency.status)
    gathered: dict[str, list[Act]] = {}
    for act in Act:
        if not allows(level=level, status=status, proven=residency.proven, act=act):
            text = str(remedy(level=level, status=status, proven=residency.proven, act=act))
            gathered.setdefault(text, []).append(act)
    return list(gathered.items())


def operates(resident: Resident, house: House, *, roles: Iterable[str]) -> bool:
    """Whether the resident holds one of these operators' roles for this house. One query."""
    return Role.objects.filter(
        Q(organisation__isnull=True) | Q(organisation=house.management_company_id),
        resident=resident,
        revoked_at__isnull=True,
        name__in=list(roles),
    ).exists()


def _current(resident: Resident, *, at: datetime | None) -> QuerySet[Residency]:
    """Residencies in force at the moment (now that is: those without an end); everything a page shows is fetched."""
    found = Residency.objects.filter(resident=resident).select_related("flat__house__management_company")
    if at is None:
        return found.filter(until__isnull=True)
    return found.filter(Q(until__isnull=True) | Q(until__gt=at), since__lte=at)


def _flat_of_operator(resident: Resident, flat_id: int, act: Act) -> Flat:
    """Operators look at flats of the whole city or of their own houses."""
    roles = list(Role.objects.filter(resident=resident, revoked_at__isnull=True).values_list("name", "organisation_id"))
    flat = Flat.objects.select_related("house__management_company").filter(pk=flat_id).first() if roles else None
    if flat is None:
        raise unknown()
    company_id = flat.house.management_company_id
    own = [(name, organisation_id in (None, company_id)) for name, organisation_id in roles]
    if not any(role_allows(role=name, own_house=mine, act=Act.SEE_HOUSE) for name, mine in own):
        raise unknown()
    if not any(role_allows(role=name, own_house=mine, act=act) for name, mine in own):
        raise _not_allowed(act, _("Operators look here; only residents of the flat act."))
    flat.residency = None
    return flat


def unknown() -> Refusal:
    """What a stranger hears of a flat, whether it exists or not."""
    return Refusal("flat_unknown", _("There is no such flat."), remedy=_("Choose one of your flats."), status=404)


def _not_allowed(act: Act, remedy_text: Text) -> Refusal:
    text = _("Your status at this flat does not allow it: %(act)s.") % {"act": act.label}
    return Refusal("not_allowed", text, remedy=remedy_text, status=403)
