from django.apps import AppConfig


class BillsConfig(AppConfig):
    name = "dvor.bills"

    def ready(self) -> None:
        from dvor.base import seeds
        from dvor.bills import kinds, seed

        kinds.register()
        seeds.register(seed.load)
