from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "dvor.ledger"
