from django.apps import AppConfig


class AcquirerConfig(AppConfig):
    name = "dvor.demo.stand_ins.acquirer"
    label = "acquirer"
