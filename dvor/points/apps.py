from django.apps import AppConfig


class PointsConfig(AppConfig):
    name = "dvor.points"

    def ready(self) -> None:
        from dvor.base import seeds
        from dvor.points import seed

        seed.declare()
        seeds.register(seed.load)
