"""A resident is Django's user: sessions work, and no password exists anywhere."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.test import Client

from dvor.people.models import Resident
from tests.cast import Cast


def test_a_session_opens_for_a_resident(cast: Cast, client: Client) -> None:
    client.force_login(cast.anna)
    assert client.session["_auth_user_id"] == str(cast.anna.id)
    assert cast.anna.is_authenticated and cast.anna.is_active and not cast.anna.is_staff


def test_there_is_no_column_for_a_password(db: None) -> None:
    with connection.cursor() as cursor:
        names = {column.name for column in connection.introspection.get_table_description(cursor, "people_resident")}
    assert "password" not in names


def test_roles_open_the_console_and_rights_to_look_only(cast: Cast) -> None:
    assert cast.olga.is_staff and cast.olga.has_module_perms("points")
    assert cast.olga.has_perm("points.view_rule") and not cast.olga.has_perm("points.change_rule")
    assert not cast.anna.has_perm("points.view_rule") and not cast.anna.has_module_perms("points")


def test_a_revoked_role_opens_nothing(cast: Cast, at) -> None:
    cast.olga.roles.update(revoked_at=at + timedelta(days=1), revoked_by=cast.ivan)
    assert not Resident.objects.get(id=cast.olga.id).is_staff
