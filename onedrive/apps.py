from django.apps import AppConfig


class OneDriveConfig(AppConfig):
    name = "onedrive"
    verbose_name = "OneDrive"
