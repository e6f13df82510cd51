"""The operators' console; its pages and lists are registered by the packages' own admin.py."""

from django.urls import path

from dvor.base.console import site

urlpatterns = [path("console/", site.urls)]
