from django.urls import URLPattern, URLResolver, path

from dvor.moderation import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("moderation/", views.about, name="moderation"),
    path("moderation/report/", views.report, name="moderation_report"),
    path("moderation/cases/", views.cases, name="moderation_cases"),
    path("moderation/cases/<int:case_id>/", views.case, name="moderation_case"),
]
