"""A file that would hold its request for minutes is refused with the way that takes it."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dvor.base.console import UPLOAD_BYTES_MAX
from dvor.base.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "command"),
    [("registry", "import homes"), ("readings", "import readings"), ("reward-codes", "import promo-codes")],
)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_too_large_a_file_is_refused_with_the_command_that_takes_it(
    olga: Client, path: str, command: str, language: str
) -> None:
    file = SimpleUploadedFile("large.csv", b"x" * (UPLOAD_BYTES_MAX + 1))
    sent = {"file": file, "reason": "A file of the whole city"}
    answer = olga.post(f"/console/{path}/", sent, headers={"accept-language": language})
    (told,) = answer.context["form"].errors["file"]
    assert (answer.status_code, command in told) == (422, True)
    assert ("10 MB" if language == "en" else "10 МБ") in told
    assert not AuditEntry.objects.filter(act__endswith="import_asked").exists()
