"""The acquirer's door: notifications come in here."""

from __future__ import annotations

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from dvor.base import allowances, clock
from dvor.payments import notifications

log = structlog.get_logger()


@csrf_exempt  # not a form: the sender has no session, and nothing that it says is believed
@require_POST
def notified(request: HttpRequest) -> HttpResponse:
    """Store what the acquirer names and answer at once; a job looks at it.

    403 for whoever is not the acquirer, 413 for what is too long, 400 for what names nothing.
    """
    address = allowances.address_of(request.META, proxies=settings.PROXIES)
    if not notifications.is_from_acquirer(address):
        log.warning("payments.notification.stranger")
        return HttpResponse(status=403)
    if int(request.META.get("CONTENT_LENGTH") or 0) > notifications.BODY_BYTES_MAX:
        return HttpResponse(status=413)
    named = notifications.read(request.read(notifications.BODY_BYTES_MAX + 1))
    if named is None:
        log.warning("payments.notification.unreadable")
        return HttpResponse(status=400)
    notifications.take(*named, address=address, at=clock.now())
    return HttpResponse(status=200)
