from django.urls import URLPattern, URLResolver, path

from dvor.meters import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("meters/", views.index, name="meters"),
    path("meters/<int:flat_id>/", views.flat, name="meters_flat"),
    path("meters/<int:flat_id>/add/", views.add, name="meter_add"),
    path("meters/<int:flat_id>/<int:meter_id>/replace/", views.replace, name="meter_replace"),
    path("meters/<int:flat_id>/<int:meter_id>/archive/", views.archive, name="meter_archive"),
    path("meters/<int:flat_id>/<int:meter_id>/restore/", views.restore, name="meter_restore"),
]
