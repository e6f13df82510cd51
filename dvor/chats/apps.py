from django.apps import AppConfig


class ChatsConfig(AppConfig):
    name = "dvor.chats"

    def ready(self) -> None:
        from dvor.chats import erasure, kinds
        from dvor.people import residents

        kinds.register()
        residents.on_erase(erasure.erase)
