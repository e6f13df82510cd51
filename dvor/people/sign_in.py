"""Signing in with the city ID: what allauth's flow asks of us. The doors are ``views.py``; the clock is theirs."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthError, AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from dvor.base.refusals import Refusal
from dvor.people import city_id, residents, sessions
from dvor.people.models import Resident, Role

PROVIDER = "city-id"
ONWARD = "onward"  # where somebody who is signing in wants to go: kept for those who have to try again
ASK_WHO = "ask_who"  # in a session that has signed out: the next sign-in must not slip into the last one's account


class CityIdBackend(BaseBackend):
    """Finds the resident of a session; there is nothing else to authenticate with."""

    def get_user(self, user_id: int) -> Resident | None:
        """One query, which also tells whether the console is open to this resident."""
        today = Role.objects.filter(resident=OuterRef("pk"), revoked_at__isnull=True)
        found: Resident | None = Resident.objects.filter(pk=user_id).annotate(has_role=Exists(today)).first()
        return found if found is not None and found.is_active else None


class CityIdFlow(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # allauth is not typed
    """Code + PKCE with our own reading of the answer: the signature is always checked, and the persons must agree."""

    def __init__(self, request: HttpRequest, *, at: datetime) -> None:
        super().__init__(request, PROVIDER)
        self.at = at

    @property
    def openid_config(self) -> dict[str, Any]:
        return city_id.metadata()

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> SocialLogin:
        id_token = str(kwargs["response"].get("id_token") or "")
        signed = city_id.verify(id_token, audience=app.client_id, at=self.at)
        told = city_id.userinfo(token.token)
        if told.get("sub", signed["sub"]) != signed["sub"]:
            raise OAuth2Error("userinfo speaks of somebody else")  # OpenID Connect Core 1.0, 5.3.2
        claims = {**signed, **told, "sub": signed["sub"]}
        signing_in = self.get_provider().sociallogin_from_response(request, {"userinfo": claims})
        signing_in.profile, signing_in.nonce, signing_in.at = city_id.profile_of(claims), signed.get("nonce"), self.at
        return signing_in


def begin(request: HttpRequest, *, onward: str, at: datetime) -> HttpResponse:
    """Send the browser to the city ID; ``onward`` is a path of ours that has been checked.

    Raises:
        city_id.Unavailable: when the city ID does not answer.
    """
    request.session[ONWARD] = onward
    provider = get_adapter(request).get_provider(request, PROVIDER)
    provider.get_oauth2_adapter = lambda asked: CityIdFlow(asked, at=at)
    nonce = secrets.token_urlsafe(24)
    wishes = {"nonce": nonce, **({"prompt": "login"} if request.session.get(ASK_WHO) else {})}
    answer: HttpResponse = provider.redirect(
        request, process=AuthProcess.LOGIN, next_url=onward, auth_params=wishes, nonce=nonce
    )
    return answer


def wanted(request: HttpRequest) -> str:
    """Where the last sign-in that was begun here wanted to go."""
    return str(request.session.get(ONWARD, settings.LOGIN_REDIRECT_URL))


def complete(request: HttpRequest, *, at: datetime) -> HttpResponse:
    """Take the browser back from the city ID: open the session and go on, or raise why not.

    Raises:
        Refusal: everything that the resident can understand and do something about.
        city_id.Unavailable: when the city ID does not answer.
    """
    answer: HttpResponse = OAuth2CallbackView.adapter_view(CityIdFlow(request, at=at))(request)
    return answer


class CityIdAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Our side of allauth's flow. Nothing of the claims is stored but the resident's own row."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False  # residents are made below, before allauth would ask

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find or make the resident, refreshed; an answer to another question than ours is refused."""
        if sociallogin.nonce != sociallogin.state.get("nonce"):
            raise OAuth2Error("nonce")
        language = (get_language() or settings.LANGUAGE_CODE)[:2]
        sociallogin.user = residents.record(sociallogin.profile, language=language, at=sociallogin.at)

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        """Say it as a refusal: the person said no, or the answer cannot be trusted (any more)."""
        if isinstance(exception, OSError):
            raise city_id.Unavailable(type(exception).__name__) from exception
        if error == AuthError.CANCELLED:
            raise Refusal(
                "sign_in_denied", _("You went back without signing in."), remedy=_("You can try again."), status=403
            )
        raise Refusal(
            "sign_in_failed",
            _("The sign-in was not completed: it took too long or was opened twice."),
            remedy=_("Begin again from this page."),
            status=403,
        )


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """What happens around a session's start; accounts, passwords and mails of allauth's own do not exist here."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, *told: Any, **more: Any) -> None:
        """Silent: allauth would greet in its own words."""

    def post_login(self, request: HttpRequest, user: Resident, **hooks: Any) -> HttpResponse:
        """Who has asked to be forgotten is first asked whether that still holds."""
        if user.deletion_requested_at:
            hooks["redirect_url"] = reverse("deletion")
        sessions.begin(request, at=hooks["signal_kwargs"]["sociallogin"].at)
        for done in (ASK_WHO, ONWARD):
            request.session.pop(done, None)
        answer: HttpResponse = super().post_login(request, user, **hooks)
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, user.language, max_age=365 * 24 * 3600, samesite="Lax",
            secure=settings.HTTPS,
        )  # fmt: skip
        return answer
