from django.apps import AppConfig


class ArtetoreConfig(AppConfig):
    name = "artetore"
