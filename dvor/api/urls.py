"""The API, the page that describes it, and what a machine's keeper asks."""

from django.urls import path

from dvor.api import views
from dvor.api.v1 import api

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("metrics", views.metrics, name="metrics"),
    path("api/v1/docs", views.docs, name="api_docs"),
    path("api/v1/", api.urls),
    path("api/<path:rest>", views.nothing),
    path("api/", views.nothing),
]
