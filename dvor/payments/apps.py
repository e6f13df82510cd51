from django.apps import AppConfig


class PaymentsConfig(AppConfig):
    name = "dvor.payments"

    def ready(self) -> None:
        from dvor.bills import slots
        from dvor.payments import kinds, standing

        kinds.register()
        slots.register(standing.tell)
