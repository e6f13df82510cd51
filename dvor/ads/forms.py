"""What residents type: filters of the board, an ad, words about pictures, an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any
from uuid import uuid4

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dvor.ads import audience, queries, terms
from dvor.ads.audience import Sight
from dvor.ads.drafts import Draft
from dvor.ads.models import (
    ALT_LENGTH_MAX,
    KEY_LENGTH_MAX,
    PICTURES_MAX,
    PLACE_LENGTH_MAX,
    TEXT_LENGTH_MAX,
    TITLE_LENGTH_MAX,
    Ad,
)
from dvor.base import money, periods, texts
from dvor.base.refusals import Refusal
from dvor.base.uploads import ManyPictures
from dvor.chats.models import TEXT_LENGTH_MAX as MESSAGE_LENGTH_MAX
from dvor.homes.models import House

Category, Reach = Ad.Category, Ad.Reach


class Filters(forms.Form):
    """Filters never refuse: what cannot be read is left out."""

    q = forms.CharField(label=_("Search"), required=False, widget=forms.TextInput(attrs={"type": "search"}))
    own = forms.BooleanField(label=_("Only my house"), required=False)

    def __init__(self, query: QueryDict) -> None:
        super().__init__(query, auto_id="filter-%s")
        self._query = query
        self.is_valid()

    @property
    def category(self) -> int | None:
        return category_of(self._query)

    @property
    def text(self) -> str:
        shown = "".join(one for one in self._query.get("q", "") if one.isprintable())
        return shown[: queries.SEARCH_LENGTH_MAX].strip()

    def wanted(self) -> queries.Wanted:
        """What the filters ask for."""
        own_only = bool(self.cleaned_data.get("own"))
        return queries.Wanted(self.text, self.category, own_only, texts.number(self._query.get("before", "")))

    @property
    def is_active(self) -> bool:
        """Whether something is filtered, so that an empty board is the filters' doing."""
        return bool(self.category or self.text or self.cleaned_data.get("own"))

    def query_string(self, **changes: str) -> str:
        """The filters as a query, with some of them changed."""
        told = {"category": str(self.category or ""), "q": self.text, "own": "on" if self.data.get("own") else ""}
        query = QueryDict(mutable=True)
        for name, value in {**told, **changes}.items():
            if value:
                query[name] = value
        return query.urlencode()


def category_of(query: Mapping[str, Any]) -> int | None:
    """The category that an address names, if it is one."""
    found = texts.number(str(query.get("category", "")))
    return found if found in Category.values else None


class FilesField(forms.FileField):
    """Files as they came; what is in them is looked at by ``album``."""

    def clean(self, data: Sequence[Any], initial: Any = None) -> Any:
        if self.required and not data:
            raise forms.ValidationError(_("Choose a picture."))
        if len(data) > PICTURES_MAX:
            raise forms.ValidationError(_("An ad has up to %(most)s pictures.") % {"most": PICTURES_MAX})
        return list(data)


def _pictures(*, required: bool) -> FilesField:
    return FilesField(
        label=_("Pictures"),
        required=required,
        widget=ManyPictures(),
        help_text=_("Up to six, 10 MB each. The place and time of a photograph are removed."),
    )


class AdForm(forms.Form):
    """An ad of one category: only the fields that belong to it are there."""

    house = forms.TypedChoiceField(label=_("House"), coerce=int)
    title = forms.CharField(label=pgettext_lazy("ad", "Title"), max_length=TITLE_LENGTH_MAX)
    text = forms.CharField(
        label=pgettext_lazy("ad", "Description"), required=False, max_length=TEXT_LENGTH_MAX,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Your contacts are not needed: neighbours answer here, and they see your first name only."),
    )  # fmt: skip
    price = forms.CharField(
        label=_("Price, ₽"), required=False, max_length=20, widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        help_text=_("Leave it empty to agree on it."),
    )  # fmt: skip
    starts_on = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    starts_time = forms.TimeField(label=_("Time"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    place = forms.CharField(label=_("Place"), required=False, max_length=PLACE_LENGTH_MAX)
    reach = forms.TypedChoiceField(label=_("Who sees it"), coerce=int, widget=forms.RadioSelect)
    pictures = _pictures(required=False)
    key = forms.CharField(widget=forms.HiddenInput, max_length=KEY_LENGTH_MAX)

    def __init__(self, *given: Any, category: Ad.Category, sight: Sight, ad: Ad | None = None, **more: Any) -> None:
        super().__init__(*given, **more)
        self.category, self._sight, self._ad = category, sight, ad
        houses = {ad.house_id: ad.house} if ad else sight.posting
        self._houses: dict[int, House] = dict(houses)
        self._choose(houses, ad)
        if category not in terms.PRICED:
            del self.fields["price"]
        if category != Category.EVENTS:
            del self.fields["starts_on"], self.fields["starts_time"]
        if category not in (Category.EVENTS, Category.LOST_AND_FOUND):
            del self.fields["place"]
        if ad is not None:
            del self.fields["pictures"], self.fields["key"]
        else:
            self.initial.setdefault("key", str(uuid4()))

    def _choose(self, houses: Mapping[int, House], ad: Ad | None) -> None:
        """Houses and how far the ad may go from at least one of them; no question where there is one answer."""
        if ad is not None or len(houses) == 1:
            del self.fields["house"]
        else:
            self.fields["house"].choices = [(pk, house.address) for pk, house in houses.items()]  # type: ignore[attr-defined]
        reaches = {
            reach for pk, house in houses.items() for reach in audience.reaches(house, proven=pk in self._sight.proven)
        } | ({Reach(ad.reach)} if ad else set())
        self.initial.setdefault("reach", Reach.HOUSE)
        self.fields["reach"].choices = [(reach.value, reach.label) for reach in sorted(reaches)]  # type: ignore[attr-defined]
        if len(reaches) == 1:
            self.fields["reach"].help_text = _("To post farther than your house, confirm that you live there.")

    def clean_price(self) -> int | None:
        told = self.cleaned_data["price"].strip()
        if not told:
            return None
        try:
            return money.parse(told)
        except Refusal as refusal:
            raise forms.ValidationError(str(refusal)) from None

    @property
    def house_id(self) -> int:
        return int(self.cleaned_data.get("house") or next(iter(self._houses)))

    def draft(self) -> Draft:
        """The author's words, after ``is_valid``."""
        told = self.cleaned_data
        starts_at = None
        if self.category == Category.EVENTS:
            zone = periods.zone(self._houses[self.house_id].time_zone)
            starts_at = datetime.combine(told["starts_on"], told["starts_time"] or time(0), tzinfo=zone)
        return Draft(
            self.category, told["title"], told["text"], Reach(told["reach"]), told.get("price"), starts_at,
            told.get("place", ""),
        )  # fmt: skip

    @staticmethod
    def initial_of(ad: Ad) -> dict[str, Any]:
        """What the form of an ad that is there begins with."""
        told: dict[str, Any] = {"title": ad.title, "text": ad.text, "place": ad.place, "reach": ad.reach}
        if ad.price_kopecks is not None:
            roubles, kopecks = divmod(ad.price_kopecks, 100)
            told["price"] = f"{roubles},{kopecks:02d}" if kopecks else str(roubles)
        if ad.starts_at is not None:
            local = ad.starts_at.astimezone(periods.zone(ad.house.time_zone))
            told |= {"starts_on": local.date(), "starts_time": local.time()}
        return told


class PicturesForm(forms.Form):
    """More pictures for an ad."""

    pictures = _pictures(required=True)


class AnswerForm(forms.Form):
    """The first word to the author."""

    text = forms.CharField(
        label=_("Your message"), max_length=MESSAGE_LENGTH_MAX, widget=forms.Textarea(attrs={"rows": 3})
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=KEY_LENGTH_MAX)

    @classmethod
    def fresh(cls) -> AnswerForm:
        return cls(initial={"key": str(uuid4())})


def order_of(posted: Mapping[str, Any]) -> list[tuple[int, int, str]]:
    """Places and words of pictures as the album's form sends them: ``place-17``, ``alt-17``; nonsense is left out."""
    told: list[tuple[int, int, str]] = []
    for name, value in posted.items():
        number = texts.number(name.removeprefix("place-")) if name.startswith("place-") else None
        place = texts.number(str(value))
        if number is not None and place is not None and len(told) < PICTURES_MAX:
            told.append((number, place, str(posted.get(f"alt-{number}", ""))[: ALT_LENGTH_MAX * 2]))
    return told
