"""Who an operator is: the roles of a request, and how little of a person is shown to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest


def roles_of(request: HttpRequest) -> Mapping[str, set[int]]:
    """The caller's roles of today: name → ids of organisations (empty for roles of the whole city). One query."""
    if not hasattr(request, "_dvor_roles"):
        held: dict[str, set[int]] = {}
        user: Any = request.user
        if user.is_authenticated and user.is_active:
            for name, organisation_id in user.roles.filter(revoked_at__isnull=True).values_list(
                "name", "organisation_id"
            ):
                held.setdefault(name, set()).update({organisation_id} - {None})
        request._dvor_roles = held  # type: ignore[attr-defined]
    return request._dvor_roles  # type: ignore[attr-defined,no-any-return]


def holds(request: HttpRequest, roles: Iterable[str]) -> bool:
    """Whether the caller has one of these roles; no roles named means any role."""
    held, wanted = roles_of(request), set(roles)
    return bool(wanted & set(held)) if wanted else bool(held)


def masked(text: str, *, shown: int = 1) -> str:
    """A personal text of which only the first letters stay: «А••• П•••», «a•••@p•••», «+7•••»."""
    words = [word for word in text.replace("@", " @").split(" ") if word]
    hidden = (word[: shown + word.startswith(("@", "+"))] + "•••" for word in words)
    return " ".join(hidden).replace(" @", "@")
