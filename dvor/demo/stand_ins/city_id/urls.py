from django.urls import include, path
from django.views.i18n import set_language

from dvor.demo.stand_ins.city_id import views

urlpatterns = [
    path("", views.home, name="home"),
    path("sign-in/", views.sign_in, name="account_login"),
    path("sign-in/again/", views.sign_in, name="account_reauthenticate"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("language/", set_language, name="set_language"),
    path("", include("allauth.idp.urls")),
]
