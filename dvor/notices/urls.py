from django.urls import URLPattern, URLResolver, path

from dvor.notices import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("notifications/", views.notifications, name="notifications"),
    path("notifications/read/", views.read_all, name="notifications_read"),
    path("notifications/<int:notice_id>/read/", views.read_one, name="notification_read"),
    path("notifications/preferences/", views.preferences, name="notification_preferences"),
    path("notifications/rhythm/", views.rhythm, name="notification_rhythm"),
    path("notifications/devices/", views.device_add, name="device_add"),
    path("notifications/devices/<int:device_id>/remove/", views.device_remove, name="device_remove"),
    path("notifications/worker.js", views.worker, name="push_worker"),
    path("notifications/unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
]
