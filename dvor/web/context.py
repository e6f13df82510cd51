"""What every page shows: the city's lines of help, and the language switch."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of the page shell; no query."""
    return {"city": settings.CITY, "demo": settings.DEMO}
