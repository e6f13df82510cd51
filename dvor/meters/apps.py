from django.apps import AppConfig


class MetersConfig(AppConfig):
    name = "dvor.meters"

    def ready(self) -> None:
        from dvor.base import seeds
        from dvor.meters import kinds, seed

        kinds.register()
        seeds.register(seed.load)
