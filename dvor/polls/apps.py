from django.apps import AppConfig


class PollsConfig(AppConfig):
    name = "dvor.polls"

    def ready(self) -> None:
        from dvor.people import residents
        from dvor.polls import kinds, moderating

        kinds.declare()
        residents.on_erase(moderating.erase)
