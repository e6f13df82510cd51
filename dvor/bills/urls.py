"""Addresses of bills."""

from django.urls import URLPattern, URLResolver, path

from dvor.bills import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("bills/", views.index, name="bills"),
    path("bills/scan/", views.scan, name="bill_scan"),
    path("bills/flats/<int:flat_id>/", views.flat, name="bills_flat"),
    path("bills/<int:bill_id>/", views.bill, name="bill"),
    path("bills/<int:bill_id>/bill.pdf", views.bill_pdf, name="bill_pdf"),
]
