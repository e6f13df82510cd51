from django.urls import URLPattern, URLResolver, path

from dvor.web import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("more/", views.more, name="more"),
    path("language/", views.language, name="language"),
    path("theme/", views.theme, name="theme"),
]
