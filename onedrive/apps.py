from django.apps import AppConfig


class OneDriveConfig(AppConfig):
    name = "onedrive"
    verbose_name = "OneDrive"

    def ready(self) -> None:
        from onedrive import checks  # noqa: F401
