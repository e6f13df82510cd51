"""Account levels of the city ID: they decide what a resident may do and what an act pays."""

from enum import IntEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Level(IntEnum):
    """Higher is better proven; the city ID tells it at each sign-in."""

    SIMPLIFIED = 1
    STANDARD = 2
    FULL = 3

    @property
    def title(self) -> Promise:
        return {Level.SIMPLIFIED: _("simplified"), Level.STANDARD: _("standard"), Level.FULL: _("full")}[self]

    @property
    def code(self) -> str:
        """The word that the city ID's claim and our API use."""
        return self.name.lower()

    @classmethod
    def of_code(cls, code: str) -> "Level":
        """The level of a claim; an unknown word is the lowest level, because rights must not come from a typo."""
        return {level.code: level for level in cls}.get(code.strip().lower(), cls.SIMPLIFIED)
