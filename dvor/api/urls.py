"""The API and the page that describes it."""

from django.urls import path

from dvor.api import views
from dvor.api.v1 import api

urlpatterns = [
    path("api/v1/docs", views.docs, name="api_docs"),
    path("api/v1/", api.urls),
    path("api/<path:rest>", views.nothing),
    path("api/", views.nothing),
]
