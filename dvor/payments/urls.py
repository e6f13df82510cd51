"""Addresses of payments."""

from django.urls import URLPattern, URLResolver, path

from dvor.payments import doors
from dvor.payments.views import consents, paying, results

urlpatterns: list[URLPattern | URLResolver] = [
    path("payments/", results.history, name="payments"),
    path("payments/payments.csv", results.history_file, name="payments_file"),
    path("payments/new/", paying.choose, name="pay"),
    path("payments/auto/", consents.index, name="autopay"),
    path("payments/auto/<int:flat_id>/", consents.give, name="autopay_give"),
    path("payments/auto/<int:consent_id>/end/", consents.end, name="autopay_end"),
    path("payments/auto/runs/<int:run_id>/stop/", consents.stop, name="autopay_stop"),
    path("payments/methods/<int:method_id>/remove/", consents.remove, name="method_remove"),
    path("payments/check/", paying.check, name="pay_check"),
    path("payments/notifications/", doors.notified, name="payment_notified"),
    path("payments/<int:payment_id>/", results.payment, name="payment"),
    path("payments/<int:payment_id>/state/", results.state, name="payment_state"),
    path("payments/<int:payment_id>/receipt/", results.receipt, name="payment_receipt"),
]
