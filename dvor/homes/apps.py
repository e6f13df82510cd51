from django.apps import AppConfig


class HomesConfig(AppConfig):
    name = "dvor.homes"

    def ready(self) -> None:
        from dvor.homes import residencies  # models are ready only now
        from dvor.people import residents

        residents.on_erase(residencies.forget)
