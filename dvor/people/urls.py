from django.urls import path

from dvor.people import sign_in, views

urlpatterns = [
    path("sign-in/", views.enter, name="sign_in"),
    # allauth looks its callback up by this name and this keyword.
    path("sign-in/callback/", views.come_back, {"provider_id": sign_in.PROVIDER}, name="openid_connect_callback"),
    path("sign-out/", views.leave, name="sign_out"),
    path("profile/", views.profile, name="profile"),
    path("profile/sessions/others/end/", views.end_other_sessions, name="sessions_end_others"),
    path("profile/sessions/<int:session_id>/end/", views.end_session, name="session_end"),
    path("profile/apps/<int:token_id>/end/", views.end_app, name="app_end"),
    path("profile/deletion/", views.deletion, name="deletion"),
    path("profile/deletion/withdraw/", views.withdraw_deletion, name="deletion_withdraw"),
]
