from django.apps import AppConfig


class PointsConfig(AppConfig):
    name = "dvor.points"
