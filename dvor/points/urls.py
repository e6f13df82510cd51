from django.urls import URLPattern, URLResolver, path

from dvor.points import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("points/", views.points, name="points"),
    path("points/months/", views.months, name="points_months"),
    path("points/statement.csv", views.statement_file, name="points_file"),
    path("knowledge/", views.index, name="knowledge"),
    path("knowledge/<slug:code>/", views.article, name="knowledge_item"),
]
