from django.urls import URLPattern, URLResolver, path

from dvor.chats.views import reading, writing

_MESSAGE, _PICTURE = "chats/messages/<int:message_id>/", "chats/messages/<int:message_id>/pictures/<int:position>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("chats/", reading.chats, name="chats"),
    path("chats/blocked/", reading.blocked, name="chats_blocked"),
    path("chats/blocked/<int:resident_id>/unblock/", writing.unblock, name="chats_unblock"),
    path("chats/<int:chat_id>/", reading.chat, name="chat"),
    path("chats/<int:chat_id>/news/", reading.news, name="chat_news"),
    path("chats/<int:chat_id>/send/", writing.send, name="chat_send"),
    path("chats/<int:chat_id>/mute/", writing.mute, name="chat_mute"),
    path(_MESSAGE, reading.message, name="chat_message"),
    path(f"{_MESSAGE}remove/", writing.remove, name="chat_remove"),
    path(f"{_MESSAGE}write/", writing.begin, name="chat_begin"),
    path(f"{_MESSAGE}block/", writing.block, name="chat_block"),
    path(_PICTURE, reading.picture, name="chat_picture"),
    path(f"{_PICTURE}small/", reading.picture, {"size": "small"}, name="chat_picture_small"),
]
