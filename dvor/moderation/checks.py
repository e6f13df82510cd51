"""What a text shows at first sight: contacts, card numbers, links, repeats, shouting. Pure: no query, no clock.

A finding advises its author, or holds the text back until a moderator has looked (``holds``). Nothing is refused here:
a machine only ever asks for a second pair of eyes.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dvor.base.texts import pick
from dvor.moderation import patterns, wording

LENGTH_MAX = 20_000  # of a text that is looked at; longer ones are looked at so far
EXCERPTS_MAX = 5
REPEATS_NOTED, REPEATS_HELD = 1, 3  # the same text before, by the same author
SHOUT_LETTERS, SHOUT_SHARE = 20, 0.7
EMOJIS_MAX = 10


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that stands out: its words, what to change, and where it was seen."""

    code: str
    found: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return pick(wording.FINDINGS[self.code].titles)

    @property
    def advice(self) -> str:
        return pick(wording.FINDINGS[self.code].advice)

    @property
    def holds(self) -> bool:
        return wording.FINDINGS[self.code].holds


@dataclass(frozen=True, slots=True)
class Findings:
    """All that stands out in a text, the gravest first."""

    items: tuple[Finding, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.items)

    @property
    def must_hold(self) -> bool:
        """Whether a moderator should look before anybody else does."""
        return any(finding.holds for finding in self.items)

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(finding.code for finding in self.items)

    def stored(self) -> list[dict[str, Any]]:
        """As a case keeps them."""
        return [{"code": finding.code, "found": list(finding.found)} for finding in self.items]

    @classmethod
    def of(cls, stored: Sequence[Mapping[str, Any]]) -> Findings:
        """Of what a case keeps; codes that are not known any more are left out."""
        return cls(
            tuple(Finding(line["code"], tuple(line["found"])) for line in stored if line["code"] in wording.FINDINGS)
        )


def look(text: str, *, repeated: int = 0) -> Findings:
    """What stands out in a text; ``repeated``: how often its author wrote the same before (``repeats.count``)."""
    plain = simplified(text)
    found: dict[str, Iterable[str]] = {
        "card_number": patterns.cards(plain),
        "asks_for_codes": patterns.asks_for_codes(plain),
        "messenger": patterns.messengers(plain),
        "link": patterns.links(plain),
        "phone": patterns.phones(plain),
        "email": patterns.emails(plain),
    }
    items = [Finding(code, _shown(places)) for code, places in found.items() if places]
    if repeated >= REPEATS_NOTED:
        items.append(Finding("repeated_often" if repeated >= REPEATS_HELD else "repeated"))
    if _shouts(plain):
        items.append(Finding("capitals"))
    if patterns.emojis(plain) > EMOJIS_MAX:
        items.append(Finding("emojis"))
    return Findings(tuple(sorted(items, key=lambda finding: not finding.holds)))


def simplified(text: str) -> str:
    """The text without its tricks: one width of letters and digits, no invisible characters, plain spaces."""
    shown = unicodedata.normalize("NFKC", text[:LENGTH_MAX])
    kept = "".join(one for one in shown if unicodedata.category(one) not in ("Cf", "Mn", "Me", "Co", "Cs", "Cn"))
    return "".join(" " if unicodedata.category(one) in ("Zs", "Cc", "Zl", "Zp") else one for one in kept)


def fingerprint(text: str) -> bytes:
    """The same for texts that read the same: case, spaces, signs, «ё» and look-alike letters make no difference."""
    plain = simplified(text).casefold().translate(patterns.LOOK_ALIKE)
    return hashlib.sha256("".join(one for one in plain if one.isalnum()).encode()).digest()


def _shown(places: Iterable[str]) -> tuple[str, ...]:
    distinct = dict.fromkeys(place.strip()[:100] for place in places)
    return tuple(distinct)[:EXCERPTS_MAX]


def _shouts(text: str) -> bool:
    letters = [one for one in text if one.isalpha()]
    return len(letters) >= SHOUT_LETTERS and sum(one.isupper() for one in letters) / len(letters) >= SHOUT_SHARE
