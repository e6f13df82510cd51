"""The persons whom the stand-in knows: a copy of ``persons.toml``, because a provider's tokens point to rows."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models


class Persons(BaseUserManager["Person"]):
    """What Django asks of a user model's manager."""


class Person(AbstractBaseUser):
    """An invented person with an account of one level; signs in by a click, there is no password."""

    password = None  # type: ignore[assignment]  # no such column
    sub = models.CharField(max_length=64, unique=True)
    last_name = models.CharField(max_length=100)
    first_name = models.CharField(max_length=100)
    middle_name = models.CharField(max_length=100, blank=True)
    level = models.CharField(max_length=20)
    role = models.CharField(max_length=20)
    birthdate = models.DateField(null=True)
    email = models.EmailField(blank=True)
    mobile = models.CharField(max_length=20, blank=True)
    who = models.JSONField(default=dict)
    place = models.IntegerField(default=0)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "sub"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = Persons()

    class Meta:
        app_label = "city_id"

    def __str__(self) -> str:
        return self.sub

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.last_name, self.first_name, self.middle_name) if part)

    def get_session_auth_hash(self) -> str:
        """There is no password whose change could end a session."""
        return self.sub
