from django.apps import AppConfig


class HomesConfig(AppConfig):
    name = "dvor.homes"
