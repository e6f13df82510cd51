"""What machines and their keepers ask besides the API itself: its description, health, counters.

The description is drawn on the server, so that it needs no script and no stranger's host.
"""

from __future__ import annotations

import os

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from dvor.api import description
from dvor.api.v1 import api
from dvor.base import problems, watching


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


@never_cache
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """200 when everything works; 503 and the name of what does not otherwise. Nothing here is a secret."""
    checks = watching.checks()
    body = {"status": "ok" if all(check.fine for check in checks) else "failing",
            "checks": {check.name: check.matter or "ok" for check in checks}}  # fmt: skip
    return JsonResponse(body, status=200 if body["status"] == "ok" else 503)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Counters for Prometheus, for this machine only: what came through a proxy came from elsewhere."""
    forwarded = "HTTP_X_FORWARDED_FOR" in request.META or "HTTP_FORWARDED" in request.META
    if forwarded or request.META.get("REMOTE_ADDR") not in {"127.0.0.1", "::1"}:
        raise Http404
    registry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:  # several server processes: their files are summed
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def _with_code(text: str) -> str:
    """What stands between backticks, as code."""
    parts = text.split("`")
    return format_html_join("", "{}", ((format_html("<code>{}</code>", part) if odd % 2 else part,)
                                       for odd, part in enumerate(parts)))  # fmt: skip
