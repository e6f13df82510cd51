from django.apps import AppConfig


class FeedConfig(AppConfig):
    name = "dvor.feed"

    def ready(self) -> None:
        from dvor.feed import follows, kinds
        from dvor.people import residents

        kinds.declare()
        residents.on_erase(follows.erase)
