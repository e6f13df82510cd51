from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "dvor.web"

    def ready(self) -> None:
        from dvor.notices import rhythms
        from dvor.web import queries

        rhythms.on_zone(queries.zone_of)
