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

    @property
    def gives(self) -> Promise:
        """What an account of this level is good for, in the words of the profile page."""
        return {
            Level.SIMPLIFIED: _("You can add your flat, send readings and collect points at the lower rate."),
            Level.STANDARD: _("You can send readings, collect points at the full rate and exchange them for rewards."),
            Level.FULL: _("You have everything there is: your identity is proven, so owners can also vote."),
        }[self]

    @property
    def way_up(self) -> Promise:
        """How to come to the next level. Levels as at mos.ru (reference: domain, 1.4)."""
        return {
            Level.SIMPLIFIED: _("Enter your full name and SNILS in the city ID; they are checked in a few minutes."),
            Level.STANDARD: _(
                "Prove your identity: with your passport at a public services centre, or through a bank."
            ),
            Level.FULL: _("It is the highest."),
        }[self]

    @classmethod
    def of_code(cls, code: str) -> "Level":
        """The level of a claim; an unknown word is the lowest level, because rights must not come from a typo."""
        return {level.code: level for level in cls}.get(code.strip().lower(), cls.SIMPLIFIED)
