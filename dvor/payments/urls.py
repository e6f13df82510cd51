"""Addresses of payments."""

from django.urls import path

from dvor.payments import doors

urlpatterns = [
    path("payments/notifications/", doors.notified, name="payment_notified"),
]
