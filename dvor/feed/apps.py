from django.apps import AppConfig


class FeedConfig(AppConfig):
    name = "dvor.feed"

    def ready(self) -> None:
        from dvor.feed import kinds

        kinds.declare()
