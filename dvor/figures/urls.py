from django.urls import URLPattern, URLResolver, path

from dvor.figures import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("figures/", views.figures, name="figures"),
]
