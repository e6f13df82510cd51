"""Addresses of one's own flats."""

from django.urls import path

from dvor.homes import views

urlpatterns = [
    path("flats/", views.flats, name="flats"),
    path("flats/add/", views.flat_add, name="flat_add"),
    path("flats/<int:flat_id>/", views.flat, name="flat"),
    path("flats/<int:flat_id>/proof/", views.flat_proof, name="flat_proof"),
    path("flats/<int:flat_id>/title/", views.flat_title, name="flat_title"),
    path("flats/<int:flat_id>/leave/", views.flat_leave, name="flat_leave"),
    path("flats/left/<int:residency_id>/undo/", views.residency_reopen, name="residency_reopen"),
]
