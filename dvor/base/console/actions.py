"""What an operator does to a row of the console: one form with a reason, one confirmation, one call into the domain."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from dvor.base import audit, clock
from dvor.base.refusals import Refusal, Text

if TYPE_CHECKING:
    from dvor.base.console import ReadOnlyAdmin


# A file is loaded while its request waits: on two busy cores 10 MB of readings take a quarter of a minute. Larger ones
# go through the command line, which has no request to lose.
UPLOAD_BYTES_MAX = 10 * 1024**2


class DateWidget(UnfoldAdminTextInputWidget):  # type: ignore[misc]
    """A day, chosen in the browser's own calendar: it needs no script and speaks the operator's language."""

    input_type = "date"

    def format_value(self, value: Any) -> str | None:
        return value.isoformat() if isinstance(value, date) else value


class ReasonForm(forms.Form):
    """Every write of an operator has a reason; actions that need more subclass it. The reason is asked last."""

    reason = forms.CharField(
        label=_("Reason"), min_length=5, max_length=500, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3})
    )

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.fields["reason"] = self.fields.pop("reason")


def operator_action(
    *,
    title: Text,
    roles: Iterable[str],
    form: type[ReasonForm] = ReasonForm,
    act: str = "",
    when: Callable[[Any], bool] = bool,
    like: Callable[[Any], Mapping[str, Any]] | None = None,
) -> Callable[[Callable[..., Any]], Any]:
    """Make an admin action of a method ``(self, row, *, by, at, reason, …form's other fields)``.

    The operator sees the chosen rows, fills in the form, confirms; then the method runs once a row, each in a
    transaction. Refusals are shown. ``act`` (``package.noun.past_verb``) is written to the audit for verbs that do not
    write it themselves. ``when``: whether a row's own page offers the action; the verb itself still decides.
    ``like``: what the form shows at first, when one row is chosen.
    """

    def wrap(verb: Callable[..., Any]) -> Any:
        @functools.wraps(verb)
        def action(self: ReadOnlyAdmin, request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
            chosen = list(rows)
            initial = like(chosen[0]) if like and len(chosen) == 1 else None
            filled = form(request.POST if "confirmed" in request.POST else None, initial=initial)
            on_its_page = self.address_of(chosen[0]) if "from_row" in request.POST and len(chosen) == 1 else ""
            if filled.is_valid():
                _run(self, request, chosen, functools.partial(verb, self), filled.cleaned_data, act)
                return HttpResponseRedirect(on_its_page) if on_its_page else None
            context = {
                "title": title, "form": filled, "rows": [(row.pk, self.named(row)) for row in chosen],
                "action": verb.__name__, "opts": self.model._meta, "back": on_its_page,
            }  # fmt: skip
            page: HttpResponse = self.admin_site.render(
                request, "console/confirm.html", context, status=422 if filled.is_bound else 200
            )
            return page

        action.short_description = title  # type: ignore[attr-defined]
        action.roles = tuple(roles)  # type: ignore[attr-defined]
        action.when = when  # type: ignore[attr-defined]
        return action

    return wrap


def _run(
    model_admin: ReadOnlyAdmin,
    request: HttpRequest,
    rows: Iterable[Model],
    verb: Callable[..., Any],
    filled: Mapping[str, Any],
    act: str,
) -> None:
    user: Any = request.user
    for row in rows:
        at = clock.now()
        try:
            with transaction.atomic():
                verb(row, by=user, at=at, **filled)
                if act:
                    subject = f"{row._meta.model_name}:{row.pk}"
                    audit.record(act=act, subject=subject, by=user.pk, at=at, reason=filled["reason"])
        except Refusal as refusal:
            model_admin.message_user(request, f"{model_admin.named(row)}: {refusal}", messages.ERROR)
        else:
            named = model_admin.named(row)
            model_admin.message_user(request, _("%(row)s: done.") % {"row": named}, messages.SUCCESS)
