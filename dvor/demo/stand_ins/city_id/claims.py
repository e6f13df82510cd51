"""What the stand-in tells of a person: mos.ru's names of claims beside the standard ones."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allauth.idp.oidc.adapter import DefaultOIDCAdapter

from dvor.demo.stand_ins.city_id import settings
from dvor.demo.stand_ins.city_id.models import Person

SCOPES = ["openid", "profile", "email", "phone", "contacts", "birthday"]


class CityIdAdapter(DefaultOIDCAdapter):  # type: ignore[misc]  # allauth is not typed
    """One issuer whatever name the machine is called by, readable subjects, and the level of the account."""

    def get_issuer(self) -> str:
        return str(settings.ISSUER)

    def get_user_sub(self, client: Any, user: Person) -> str:
        return user.sub

    def get_user_by_sub(self, client: Any, sub: str) -> Person | None:
        return Person.objects.filter(sub=sub, is_active=True).first()

    def get_claims(
        self, purpose: str, user: Person, client: Any, scopes: Iterable[str], **_later: Any
    ) -> dict[str, Any]:
        return {"sub": user.sub, **told(user, set(scopes))}

    def populate_server_metadata(self, data: dict[str, Any]) -> None:
        data["scopes_supported"] = SCOPES
        data["claims_supported"] = sorted(told(Person(), set(SCOPES)))


def told(person: Person, scopes: set[str]) -> dict[str, Any]:
    """The claims that these scopes open."""
    claims: dict[str, Any] = {}
    if "profile" in scopes:
        claims |= {
            "guid": person.sub,
            "level": person.level,
            "LastName": person.last_name,
            "FirstName": person.first_name,
            "MiddleName": person.middle_name,
            "family_name": person.last_name,
            "given_name": person.first_name,
            "middle_name": person.middle_name,
            "name": person.full_name,
        }
    if scopes & {"contacts", "email"}:
        claims |= {"mail": person.email, "email": person.email, "email_verified": bool(person.email)}
    if scopes & {"contacts", "phone"}:
        claims |= {"mobile": person.mobile, "phone_number": person.mobile}
    if "birthday" in scopes:
        claims["birthdate"] = person.birthdate.isoformat() if person.birthdate else ""
    return claims
