"""The site's own map, and a few doors that fail in known ways."""

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.http import require_POST

from dvor.base.refusals import Refusal

handler400 = "dvor.web.errors.bad_request"
handler403 = "dvor.web.errors.forbidden"
handler404 = "dvor.web.errors.not_found"
handler500 = "dvor.web.errors.broken"


def refuse(request: HttpRequest, status: int) -> HttpResponse:
    raise Refusal("nope", "The window is closed.", remedy="Come on the 15th.", status=status)


def fail(request: HttpRequest, how: str) -> HttpResponse:
    raise {
        "forbidden": PermissionDenied,
        "large": RequestDataTooBig,
        "odd": SuspiciousOperation,
        "database": OperationalError,
    }.get(how, RuntimeError)("secret detail")


@require_POST
def only_post(request: HttpRequest) -> HttpResponse:
    return HttpResponse("done")


urlpatterns = [
    path("test/refuse/<int:status>/", refuse),
    path("test/fail/<slug:how>/", fail),
    path("test/post/", only_post),
    path("", include("dvor.urls")),
]
