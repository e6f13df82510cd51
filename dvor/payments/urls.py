"""Addresses of payments."""

from django.urls import URLPattern, URLResolver, path

from dvor.payments import doors
from dvor.payments.views import paying, results

urlpatterns: list[URLPattern | URLResolver] = [
    path("payments/", results.history, name="payments"),
    path("payments/payments.csv", results.history_file, name="payments_file"),
    path("payments/new/", paying.choose, name="pay"),
    path("payments/check/", paying.check, name="pay_check"),
    path("payments/notifications/", doors.notified, name="payment_notified"),
    path("payments/<int:payment_id>/", results.payment, name="payment"),
    path("payments/<int:payment_id>/state/", results.state, name="payment_state"),
    path("payments/<int:payment_id>/receipt/", results.receipt, name="payment_receipt"),
]
