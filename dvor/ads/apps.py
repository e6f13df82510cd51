from django.apps import AppConfig


class AdsConfig(AppConfig):
    name = "dvor.ads"

    def ready(self) -> None:
        from dvor.ads import erasure, kinds
        from dvor.people import residents

        kinds.register()
        residents.on_erase(erasure.erase)
