from django.apps import AppConfig


class CityIdConfig(AppConfig):
    name = "dvor.demo.stand_ins.city_id"
    label = "city_id"
