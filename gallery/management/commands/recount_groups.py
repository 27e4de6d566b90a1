from typing import Any

from django.core.management.base import BaseCommand

from gallery.visibility import publish_all


class Command(BaseCommand):
    help = "Find out anew what visitors see of each group; check_gallery asks for it."

    def handle(self, **options: Any) -> None:
        self.stdout.write(f"Groups that visitors see: {publish_all()}.")
