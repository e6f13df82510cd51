"""Profile, and the tokens of residents' apps."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router
from ninja.responses import Status
from pydantic import BaseModel, Field

from dvor.base import attempts, clock, doors, problems
from dvor.base.allowances import address_of
from dvor.people import city_id, queries, residents, tokens
from dvor.people.models import Resident, Token

router = Router(tags=["Profile"], auth=doors.RESIDENT)

EXCHANGES_MAX = 30  # of one address in ten minutes


# ── Profile ──────────────────────────────────────────────────────────────────────────────────────────────────────
class ProfileShown(BaseModel):
    """Who I am, as the city ID told it at the last sign-in."""

    id: int
    first_name: str
    middle_name: str
    last_name: str
    email: str
    mobile: str
    level: Literal["simplified", "standard", "full"]
    language: Literal["ru", "en"]
    deletion_requested_at: datetime | None = Field(description="set while the resident waits to be forgotten")

    @classmethod
    def of(cls, resident: Resident) -> ProfileShown:
        names = ("first_name", "middle_name", "last_name", "email", "mobile", "language", "deletion_requested_at")
        told = {name: getattr(resident, name) for name in names}
        return cls.model_validate({**told, "id": resident.pk, "level": resident.account_level.code})


class ProfileChange(doors.Body):
    """What a resident decides here; names and contacts are changed at the city ID."""

    language: Literal["ru", "en"]


@router.get("/profile", response=ProfileShown, summary="Who I am")
def profile(request: HttpRequest) -> ProfileShown:
    """Names, contacts and account level come from the city ID and are refreshed at each sign-in."""
    return ProfileShown.of(doors.caller(request))


@router.patch(
    "/profile", response=ProfileShown, summary="Choose a language", openapi_extra=doors.example({"language": "en"})
)
def change_profile(request: HttpRequest, change: ProfileChange) -> ProfileShown:
    """The language of mails and notices."""
    resident: Resident = doors.caller(request)
    residents.choose_language(language=change.language, by=resident)
    return ProfileShown.of(resident)


# ── Tokens ───────────────────────────────────────────────────────────────────────────────────────────────────────
class TokenAsked(doors.Body):
    """An ID token of the city ID, issued to the residents' app at most ten minutes ago."""

    id_token: Annotated[str, Field(min_length=1, max_length=city_id.ID_TOKEN_LENGTH_MAX)]
    title: Annotated[
        str, Field(min_length=1, max_length=100, description="name of the app or device, for the resident")
    ]

    model_config = {**doors.Body.model_config, "str_max_length": city_id.ID_TOKEN_LENGTH_MAX}


class TokenShown(BaseModel):
    """A signed-in app."""

    id: int
    title: str
    issued_at: datetime
    expires_at: datetime
    last_used_on: date | None

    @classmethod
    def of(cls, token: Token) -> TokenShown:
        return cls(
            id=token.pk,
            title=token.title,
            issued_at=token.issued_at,
            expires_at=token.expires_at,
            last_used_on=token.last_used_on,
        )


class TokenIssued(TokenShown):
    """A new token with its secret, which is shown only now."""

    token: str = Field(examples=["dvor_4u0d…"])


class TokensShown(BaseModel):
    """Apps that are signed in, the newest first."""

    items: list[TokenShown]


@router.post(
    "/tokens",
    auth=None,
    response={201: TokenIssued},
    summary="Exchange an ID token for a bearer token",
    openapi_extra=doors.example({"id_token": "eyJhbGciOiJSUzI1NiIsImtpZCI6…", "title": "Anna's phone"}),
)
def issue(request: HttpRequest, asked: TokenAsked) -> Status[TokenIssued] | HttpResponse:
    """The app signs the resident in at the city ID (code + PKCE) as its own client and sends the ID token here, once.

    The token lasts 30 days. Send it as `Authorization: Bearer dvor_…`.
    """
    at = clock.now()
    address = address_of(request.META, proxies=settings.PROXIES)
    attempts.spend(act="people.token", actor=address, limit=EXCHANGES_MAX, window=timedelta(minutes=10), at=at)
    try:
        secret, token = tokens.issue(id_token=asked.id_token, title=asked.title, at=at)
    except city_id.Unavailable:
        return problems.response(problems.of_status(503), headers={"Retry-After": "30"})
    return Status(201, TokenIssued(**TokenShown.of(token).model_dump(), token=secret))


@router.get("/tokens", response=TokensShown, summary="My apps")
def listed(request: HttpRequest) -> TokensShown:
    """Apps that are signed in to my account; browsers are listed on the profile page."""
    found = queries.tokens_of(doors.caller(request), at=clock.now())
    return TokensShown(items=[TokenShown.of(token) for token in found])


@router.delete("/tokens/{token_id}", response={204: None}, summary="Sign out an app")
def revoke(request: HttpRequest, token_id: doors.PathId) -> Status[None]:
    """Ends at once; an app may end its own token to sign out."""
    tokens.revoke(token_id=token_id, by=doors.caller(request), at=clock.now())
    return Status(204, None)
