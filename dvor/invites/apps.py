from django.apps import AppConfig


class InvitesConfig(AppConfig):
    name = "dvor.invites"

    def ready(self) -> None:
        from dvor.base import seeds
        from dvor.invites import erasure, kinds, limits
        from dvor.people import residents

        kinds.register()
        seeds.register(limits.load)
        residents.on_erase(erasure.erase)
