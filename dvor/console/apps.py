from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "dvor.console"

    def ready(self) -> None:
        from dvor.console import names

        names.name_models()
