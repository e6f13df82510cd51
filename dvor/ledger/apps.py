from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "dvor.ledger"

    def ready(self) -> None:
        from dvor.base import seeds
        from dvor.ledger import kinds, seed

        kinds.register()
        seeds.register(seed.load)
