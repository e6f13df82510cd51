from django.urls import URLPattern, URLResolver, path

from dvor.feed import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("feed/", views.index, name="feed"),
    path("feed/seen/", views.seen_all, name="feed_seen"),
    path("feed/houses/", views.houses, name="feed_houses"),
    path("feed/houses/<int:house_id>/", views.house, name="feed_house"),
    path("feed/news/<int:news_id>/", views.news_page, name="feed_news"),
    path("feed/outages/<int:outage_id>/", views.outage_page, name="feed_outage"),
]
