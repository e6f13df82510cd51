from django.urls import URLPattern, URLResolver, path

from dvor.polls import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("polls/", views.polls, name="polls"),
    path("polls/ask/", views.ask, name="poll_ask"),
    path("polls/<int:poll_id>/", views.poll, name="poll"),
    path("polls/<int:poll_id>/vote/", views.vote, name="poll_vote"),
    path("polls/<int:poll_id>/close/", views.close, name="poll_close"),
    path("polls/<int:poll_id>/results.csv", views.table, name="poll_table"),
    path("polls/<int:poll_id>/comments/", views.comment, name="poll_comment"),
    path("polls/comments/<int:comment_id>/withdraw/", views.withdraw, name="poll_comment_withdraw"),
]
