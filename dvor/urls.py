"""The site map at a glance. Packages mount their own pages; admin and API gather theirs."""

from django.urls import include, path

urlpatterns = [
    path("", include("dvor.web.urls")),
    path("", include("dvor.people.urls")),
    path("", include("dvor.figures.urls")),
    path("", include("dvor.homes.urls")),
    path("", include("dvor.notices.urls")),
    path("", include("dvor.feed.urls")),
    path("", include("dvor.moderation.urls")),
    path("", include("dvor.chats.urls")),
    path("", include("dvor.ads.urls")),
    path("", include("dvor.meters.urls")),
    path("", include("dvor.bills.urls")),
    path("", include("dvor.payments.urls")),
    path("", include("dvor.points.urls")),
    path("", include("dvor.rewards.urls")),
    path("", include("dvor.invites.urls")),
    path("", include("dvor.polls.urls")),
    path("", include("dvor.console.urls")),
    path("", include("dvor.api.urls")),
]

handler400 = "dvor.web.errors.bad_request"
handler403 = "dvor.web.errors.forbidden"
handler404 = "dvor.web.errors.not_found"
handler500 = "dvor.web.errors.broken"
