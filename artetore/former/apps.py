from django.apps import AppConfig


class FormerConfig(AppConfig):
    name = "artetore.former"
    verbose_name = "moving in"
