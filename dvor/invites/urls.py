"""Addresses of invites; ``/i/…`` is what a neighbour opens."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from dvor.invites import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("i/<str:code>/", views.open_invite, name="invite_open"),
    path("invites/", views.overview, name="invites"),
    path("invites/<int:link_id>/", views.link, name="invite_link"),
    path("invites/<int:link_id>/notice.pdf", views.notice, name="invite_notice"),
    path("invites/<int:link_id>/qr.png", views.picture, name="invite_picture"),
    path("invites/<int:link_id>/qr.svg", views.drawing, name="invite_drawing"),
    path("invites/<int:link_id>/revoke/", views.revoke, name="invite_revoke"),
]
