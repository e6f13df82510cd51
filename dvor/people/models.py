"""Residents, organisations, operators' roles, API tokens. Who somebody is comes from the city ID alone."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from dvor.people.levels import Level


class Residents(BaseUserManager["Resident"]):
    """What Django asks of a user model's manager; no ``create_user``, because only the city ID makes residents."""


class Resident(AbstractBaseUser):
    """A person who signed in with the city ID; 18 or older.

    The names that Django and allauth expect of a user are answered here; there is no password to store or to lose.
    """

    password = None  # type: ignore[assignment]  # no such column: the city ID knows who somebody is
    city_id = models.CharField(max_length=64, unique=True, help_text="subject (guid) at the city ID")
    first_name = models.CharField(_("first name"), max_length=100, blank=True)
    middle_name = models.CharField(_("middle name"), max_length=100, blank=True)
    last_name = models.CharField(_("last name"), max_length=100, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    mobile = models.CharField(_("mobile phone"), max_length=20, blank=True)
    level = models.SmallIntegerField(
        _("account level"), choices=[(level.value, level.title) for level in Level], default=Level.SIMPLIFIED
    )
    language = models.CharField(_("language"), max_length=2, default="ru")
    joined_at = models.DateTimeField(_("joined at"), auto_now_add=True)
    deletion_requested_at = models.DateTimeField(_("deletion requested at"), null=True, blank=True)
    deleted_at = models.DateTimeField(_("deleted at"), null=True, blank=True)

    USERNAME_FIELD = "city_id"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = Residents()

    class Meta:
        verbose_name, verbose_name_plural = _("resident"), _("residents")
        constraints = [
            models.CheckConstraint(
                condition=Q(level__in=[level.value for level in Level]), name="people_resident_level"
            ),
            models.CheckConstraint(
                condition=Q(deleted_at__isnull=True) | Q(deletion_requested_at__isnull=False),
                name="people_resident_deleted_after_request",
            ),
            models.CheckConstraint(
                condition=Q(deleted_at__isnull=True)
                | Q(city_id__startswith="erased:", first_name="", middle_name="", last_name="", email="", mobile=""),
                name="people_resident_erased",
            ),
        ]
        indexes = [
            # The console finds a resident by what a caller to the hotline says.
            models.Index(fields=["last_name", "first_name"], name="people_resident_names"),
            models.Index(fields=["email"], name="people_resident_email"),
            models.Index(fields=["mobile"], name="people_resident_mobile"),
            models.Index(
                fields=["deletion_requested_at"],
                condition=Q(deletion_requested_at__isnull=False, deleted_at__isnull=True),
                name="people_resident_leaving",
            ),
        ]

    def __str__(self) -> str:
        return self.short_name or self.city_id

    @property
    def short_name(self) -> str:
        """First and middle name: how the city addresses a person."""
        return " ".join(part for part in (self.first_name, self.middle_name) if part)

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.last_name, self.first_name, self.middle_name) if part)

    def get_full_name(self) -> str:
        """Django's question."""
        return self.full_name

    def get_short_name(self) -> str:
        """Django's question; the city addresses a person by first and middle name."""
        return self.short_name

    @property
    def account_level(self) -> Level:
        return Level(self.level)

    @property
    def is_active(self) -> bool:  # type: ignore[override]
        """An erased resident cannot sign in, and open sessions end."""
        return self.deleted_at is None

    @property
    def is_staff(self) -> bool:
        """May open the console: has a role today. One query, unless the session brought the answer along."""
        if "has_role" not in self.__dict__:
            self.__dict__["has_role"] = self.roles.filter(revoked_at__isnull=True).exists()
        return bool(self.__dict__["has_role"])

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Django's question, for its admin: city operators look, nobody changes; writes are acts with their own rights.

        Other roles see only what a console page names for them.
        """
        looks = perm.split(".")[-1].startswith("view_") and self.is_active and self.is_staff
        return looks and self.roles.filter(name=Role.Name.CITY_OPERATOR, revoked_at__isnull=True).exists()

    def has_perms(self, perms: Any, obj: Any = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_staff

    def get_session_auth_hash(self) -> str:
        """Ties a session to this resident; there is no password whose change could end it."""
        return salted_hmac("dvor.people.session", self.city_id, algorithm="sha256").hexdigest()

    def has_usable_password(self) -> bool:
        return False

    def set_unusable_password(self) -> None:
        """Nothing to do: there is none."""


class Organisation(models.Model):
    """A management company or a partner of rewards."""

    class Kind(models.TextChoices):
        MANAGEMENT_COMPANY = "management_company", _("management company")
        PARTNER = "partner", _("partner")
        CITY = "city", _("city")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=200)
    inn = models.CharField(
        _("taxpayer number"), max_length=12, unique=True, help_text="taxpayer number, 10 or 12 digits"
    )
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)

    class Meta:
        verbose_name, verbose_name_plural = _("organisation"), _("organisations")
        constraints = [
            models.CheckConstraint(condition=Q(inn__regex=r"^(\d{10}|\d{12})$"), name="people_organisation_inn")
        ]

    def __str__(self) -> str:
        return self.title


class Role(models.Model):
    """What an operator may do, for the whole city or for one organisation, since when and until when."""

    class Name(models.TextChoices):
        CITY_OPERATOR = "city_operator", _("city operator")
        MANAGEMENT_COMPANY = "management_company", _("management company")
        MODERATOR = "moderator", _("moderator")
        ACCOUNTANT = "accountant", _("accountant")
        PARTNER = "partner", _("partner")

    resident = models.ForeignKey(Resident, models.PROTECT, related_name="roles", verbose_name=_("resident"))
    name = models.CharField(_("role"), max_length=20, choices=Name.choices)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="roles", verbose_name=_("organisation")
    )
    granted_at = models.DateTimeField(_("granted at"))
    granted_by = models.ForeignKey(
        Resident, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("granted by")
    )
    revoked_at = models.DateTimeField(_("revoked at"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        Resident, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("revoked by")
    )

    class Meta:
        verbose_name, verbose_name_plural = _("role"), _("roles")
        constraints = [
            models.UniqueConstraint(
                fields=["resident", "name", "organisation"],
                condition=Q(revoked_at__isnull=True),
                nulls_distinct=False,
                name="people_role_once",
            ),
            models.CheckConstraint(
                condition=Q(name__in=["city_operator", "moderator", "accountant"], organisation__isnull=True)
                | Q(name__in=["management_company", "partner"], organisation__isnull=False),
                name="people_role_organisation",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="people_role_revoked_at_by",
            ),
        ]

    def __str__(self) -> str:
        return self.get_name_display()


class Token(models.Model):
    """Bearer token of a resident's app. Only its fingerprint is stored: a stolen backup opens nothing."""

    resident = models.ForeignKey(Resident, models.CASCADE, related_name="tokens")
    fingerprint = models.BinaryField(max_length=32, unique=True)
    title = models.CharField(max_length=100, help_text="name of the app or device")
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_on = models.DateField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    origin = models.BinaryField(
        max_length=32, null=True, unique=True, help_text="fingerprint of the ID token it was given for: one for one"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=models.F("issued_at")), name="people_token_lasts"),
        ]

    def __str__(self) -> str:
        return self.title
