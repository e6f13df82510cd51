from django.urls import path
from django.views.generic import RedirectView
from django.views.i18n import set_language

from dvor.demo.stand_ins.acquirer import api, views

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="control"), name="home"),
    path("checkout/<str:payment_id>/", views.checkout, name="checkout"),
    path("control/", views.control, name="control"),
    path("control/ask/", views.ask, name="ask"),
    path("control/again/<int:delivery_id>/", views.again, name="again"),
    path("control/behave", api.behave),
    path("healthz", views.healthz),
    path("language/", set_language, name="set_language"),
    path("v3/payments", api.all_payments),
    path("v3/payments/<str:payment_id>", api.one_payment),
    path("v3/payments/<str:payment_id>/capture", api.capture),
    path("v3/payments/<str:payment_id>/cancel", api.cancel),
    path("v3/refunds", api.all_refunds),
    path("v3/refunds/<str:refund_id>", api.one_refund),
]
