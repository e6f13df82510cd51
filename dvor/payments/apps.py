from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "dvor.payments"

    def ready(self) -> None:
        from dvor.payments import kinds

        kinds.register()
