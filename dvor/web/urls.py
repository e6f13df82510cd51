from django.urls import URLPattern, URLResolver, path

from dvor.web import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("contacts/", views.contacts, name="contacts"),
    path("console/ui/", views.components, name="components"),
    path("more/", views.more, name="more"),
    path("language/", views.language, name="language"),
    path("styles/<slug:digest>.css", views.styles, name="stylesheet"),
    path("theme/", views.theme, name="theme"),
]
