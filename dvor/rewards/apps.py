from django.apps import AppConfig


class RewardsConfig(AppConfig):
    name = "dvor.rewards"

    def ready(self) -> None:
        from dvor.rewards import kinds

        kinds.register()
