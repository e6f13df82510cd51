"""The page that describes the API: drawn on the server, so that it needs no script and no stranger's host."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_safe

from dvor.api import description
from dvor.api.v1 import api
from dvor.base import problems


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Operations by subject, with parameters, bodies and examples; for tools there is openapi.json."""
    context = {
        "groups": description.shown(api.get_openapi_schema()),
        "introduction": [(title, _with_code(str(text))) for title, text in description.INTRODUCTION],
    }
    return render(request, "api/docs.html", context)


def nothing(_request: HttpRequest, rest: str = "") -> HttpResponse:
    """An address under /api that leads nowhere: refused in the API's own shape."""
    return problems.response(problems.of_status(404))


def _with_code(text: str) -> str:
    """What stands between backticks, as code."""
    parts = text.split("`")
    return format_html_join("", "{}", ((format_html("<code>{}</code>", part) if odd % 2 else part,)
                                       for odd, part in enumerate(parts)))  # fmt: skip
