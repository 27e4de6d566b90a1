from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class ArtetoreConfig(AppConfig):
    name = "artetore"

    def ready(self) -> None:
        from artetore.roles import make_curator

        # The signal comes for one app after the other, and for `auth` after ours: by
        # then their permissions are there.
        post_migrate.connect(make_curator, sender=apps.get_app_config("auth"))
