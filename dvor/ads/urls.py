from django.urls import URLPattern, URLResolver, path

from dvor.ads.views import board, writing

urlpatterns: list[URLPattern | URLResolver] = [
    path("ads/", board.board, name="ads"),
    path("ads/mine/", board.mine, name="ads_mine"),
    path("ads/new/", writing.new, name="ad_new"),
    path("ads/<int:ad_id>/", board.one, name="ad"),
    path("ads/<int:ad_id>/edit/", writing.edit, name="ad_edit"),
    path("ads/<int:ad_id>/done/", writing.finish, name="ad_done"),
    path("ads/<int:ad_id>/withdraw/", writing.withdraw, name="ad_withdraw"),
    path("ads/<int:ad_id>/back/", writing.bring_back, name="ad_back"),
    path("ads/<int:ad_id>/prolong/", writing.prolong, name="ad_prolong"),
    path("ads/<int:ad_id>/pictures/", writing.pictures, name="ad_pictures"),
    path("ads/<int:ad_id>/pictures/<int:picture_id>/", board.picture, name="ad_picture"),
    path("ads/<int:ad_id>/pictures/<int:picture_id>/small/", board.picture, {"size": "small"}, name="ad_picture_small"),
    path("ads/<int:ad_id>/answer/", writing.answer, name="ad_answer"),
]
