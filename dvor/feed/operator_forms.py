"""What operators fill in: whom they address, news, outages."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from dvor.base import periods
from dvor.base.console import ReasonForm, holds, roles_of
from dvor.feed import news, outages, reach
from dvor.feed.models import (
    BODY_LENGTH_MAX,
    DETAILS_LENGTH_MAX,
    HOUSES_MAX,
    KEY_LENGTH_MAX,
    TITLE_LENGTH_MAX,
    Audience,
    Outage,
    Service,
)
from dvor.feed.reach import Whom
from dvor.homes import queries as homes
from dvor.homes.models import House
from dvor.people.models import Organisation

CITY_OPERATOR, COMPANY = "city_operator", "management_company"
ADDRESSES_MAX = 100  # each is a search; of more houses one has a list of UNOM


class MomentWidget(UnfoldAdminTextInputWidget):  # type: ignore[misc]
    """A day and an hour, chosen in the browser's own calendar."""

    input_type = "datetime-local"

    def format_value(self, value: Any) -> str | None:
        return value.strftime("%Y-%m-%dT%H:%M") if isinstance(value, datetime) else value


class LocalMoment(forms.CharField):
    """A day and an hour without a zone: that of the houses is added when they are known."""

    widget = MomentWidget

    def to_python(self, value: Any) -> Any:
        """A naive moment.

        Raises:
            ValidationError: it is no moment.
        """
        if not value:
            return None
        try:
            found = datetime.fromisoformat(str(value).strip()[:40])
        except ValueError:
            raise forms.ValidationError(_("Enter a day and an hour.")) from None
        return found.replace(tzinfo=None)


def _lines(count: int) -> UnfoldAdminTextareaWidget:
    return UnfoldAdminTextareaWidget(attrs={"rows": count})


class AddressedForm(forms.Form):
    """Whom it is for, and the key by which the same form counts once."""

    company = forms.ModelChoiceField(
        label=_("In the name of"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("the city"),
        widget=UnfoldAdminSelectWidget,
    )
    audience = forms.TypedChoiceField(
        label=_("For whom"), choices=Audience.choices, coerce=int, widget=UnfoldAdminSelectWidget
    )
    houses = forms.CharField(
        label=_("Chosen houses"), required=False, max_length=20_000, widget=_lines(4),
        help_text=_("A line a house: its UNOM, or street and number."),
    )  # fmt: skip
    district = forms.ChoiceField(label=_("District"), required=False, widget=UnfoldAdminSelectWidget)
    key = forms.CharField(max_length=KEY_LENGTH_MAX, widget=forms.HiddenInput)

    def __init__(self, *given: Any, request: HttpRequest, **named: Any) -> None:
        named["initial"] = {"key": uuid4().hex, **(named.get("initial") or {})}
        super().__init__(*given, **named)
        is_city = holds(request, [CITY_OPERATOR])
        company: Any = self.fields["company"]
        company.queryset = companies_of(request)
        if not is_city:
            company.required, company.empty_label = True, None
            del self.fields["district"]
            self.fields["audience"].choices = [one for one in Audience.choices if one[0] != Audience.DISTRICT]  # type: ignore[attr-defined]
        else:
            found = House.objects.exclude(district="").order_by("district").values_list("district", flat=True)
            self.fields["district"].choices = [("", "—"), *((one, one) for one in found.distinct())]  # type: ignore[attr-defined]

    def clean_houses(self) -> list[int]:
        """The numbers of the houses that were named; each line that names none is told."""
        lines = list(dict.fromkeys(filter(None, (line.strip() for line in self.cleaned_data["houses"].splitlines()))))
        if len(lines) > HOUSES_MAX:
            raise forms.ValidationError(_("At most %(count)s houses at once.") % {"count": HOUSES_MAX})
        unoms = {int(line) for line in lines if line.isascii() and line.isdigit() and len(line) < 19}
        known = dict(House.objects.filter(unom__in=unoms).values_list("unom", "pk"))
        addresses = [line for line in lines if not (line.isascii() and line.isdigit())]
        if len(addresses) > ADDRESSES_MAX:
            raise forms.ValidationError(
                _("At most %(count)s addresses; name others by UNOM.") % {"count": ADDRESSES_MAX}
            )
        found, unknown = set(known.values()), [str(unom) for unom in sorted(unoms - set(known))]
        for line in addresses:
            house_id = _by_address(line)
            if house_id:
                found.add(house_id)
            else:
                unknown.append(line)
        if unknown:
            raise forms.ValidationError(
                _("No house, or more than one: %(lines)s") % {"lines": "; ".join(unknown[:10])}
            )  # fmt: skip
        return sorted(found)

    def whom(self, *, entrances: tuple[int, ...] = ()) -> Whom:
        """Whom the form addresses."""
        filled = self.cleaned_data
        audience = filled["audience"]
        return Whom(
            audience,
            filled["company"],
            filled.get("district", "") if audience == Audience.DISTRICT else "",
            filled["houses"] if audience == Audience.HOUSES else (),
            entrances,
        )


def _by_address(line: str) -> int | None:
    found = homes.search_houses(line, limit=2)
    exact = [house for house in found if house.address.casefold() == line.casefold()]
    best = exact or found
    return best[0].id if len(best) == 1 else None


class NewsForm(AddressedForm):
    """A piece of news."""

    field_order = ("company", "title", "body", "audience", "houses", "district", "tell")

    title = forms.CharField(label=_("Headline"), max_length=TITLE_LENGTH_MAX, widget=UnfoldAdminTextInputWidget)
    body = forms.CharField(
        label=_("Text of the news"), max_length=BODY_LENGTH_MAX, widget=_lines(10),
        help_text=_("An empty line ends a paragraph."),
    )  # fmt: skip
    tell = forms.BooleanField(
        label=_("Important: notify residents, too"), required=False, widget=UnfoldBooleanWidget
    )  # fmt: skip

    def draft(self) -> news.Draft:
        """What was written."""
        return news.Draft(self.cleaned_data["title"], self.cleaned_data["body"], tell=self.cleaned_data["tell"])


class OutageForm(AddressedForm):
    """An outage."""

    field_order = (
        "company", "service", "emergency", "starts", "ends", "details", "audience", "houses", "entrances", "district",
    )  # fmt: skip

    service = forms.TypedChoiceField(
        label=_("What is cut off"), choices=Service.choices, coerce=int, widget=UnfoldAdminSelectWidget
    )
    emergency = forms.BooleanField(
        label=_("Emergency: residents are told at once, also at night"), required=False, widget=UnfoldBooleanWidget
    )
    starts = LocalMoment(label=pgettext_lazy("outage", "From"), help_text=_("In the time zone of the houses."))
    ends = LocalMoment(
        label=pgettext_lazy("outage", "To"), required=False,
        help_text=_("Empty: not known yet, of an emergency only."),
    )  # fmt: skip
    details = forms.CharField(
        label=_("Why, and what to do"), required=False, max_length=DETAILS_LENGTH_MAX, widget=_lines(3)
    )
    entrances = forms.CharField(
        label=_("Entrances"), required=False, max_length=200, widget=UnfoldAdminTextInputWidget,
        help_text=_("Of one house: 1, 2. Empty: the whole house."),
    )  # fmt: skip

    def clean_entrances(self) -> tuple[int, ...]:
        """Numbers of entrances."""
        typed = self.cleaned_data["entrances"].replace(",", " ").replace(";", " ").split()
        if not all(one.isascii() and one.isdigit() and 0 < int(one[:4]) <= reach.ENTRANCE_MAX for one in typed):
            raise forms.ValidationError(_("Numbers of entrances, such as 1, 2."))
        return tuple(sorted({int(one) for one in typed}))

    def draft(self, zone: str) -> outages.Draft:
        """What was written, with hours of this zone."""
        filled = self.cleaned_data
        return outages.Draft(
            filled["service"],
            filled["emergency"],
            within(filled["starts"], zone),
            within(filled["ends"], zone) if filled["ends"] else None,
            filled["details"],
        )


class TimesForm(ReasonForm):
    """Other times of an outage that was announced."""

    starts = LocalMoment(label=pgettext_lazy("outage", "From"), help_text=_("In the time zone of the houses."))
    ends = LocalMoment(
        label=pgettext_lazy("outage", "To"), required=False,
        help_text=_("Empty: not known yet, of an emergency only."),
    )  # fmt: skip
    details = forms.CharField(
        label=_("Why, and what to do"), required=False, max_length=DETAILS_LENGTH_MAX, widget=_lines(3)
    )


class CorrectionForm(ReasonForm):
    """Title and text of news that was published."""

    title = forms.CharField(label=_("Headline"), max_length=TITLE_LENGTH_MAX, widget=UnfoldAdminTextInputWidget)
    body = forms.CharField(label=_("Text of the news"), max_length=BODY_LENGTH_MAX, widget=_lines(10))


def times_of(outage: Outage) -> dict[str, Any]:
    """The times of an outage as the form has them."""
    zone = periods.zone(outage.zone)
    return {
        "starts": outage.starts_at.astimezone(zone).replace(tzinfo=None),
        "ends": outage.ends_at.astimezone(zone).replace(tzinfo=None) if outage.ends_at else None,
        "details": outage.details,
    }


def within(moment: datetime, zone: str) -> datetime:
    """The moment that a clock in this zone shows so."""
    return moment.replace(tzinfo=periods.zone(zone))


def companies_of(request: HttpRequest) -> QuerySet[Organisation]:
    """The companies in whose name the operator may write."""
    found = Organisation.objects.filter(kind=Organisation.Kind.MANAGEMENT_COMPANY).order_by("title")
    return found if holds(request, [CITY_OPERATOR]) else found.filter(pk__in=roles_of(request).get(COMPANY, set()))
