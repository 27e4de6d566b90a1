from typing import Any

from django.core.management.base import BaseCommand, CommandError

from onedrive import tokens


class Command(BaseCommand):
    help = (
        "Encrypt the stored OneDrive sign-ins with the first of ONEDRIVE_TOKEN_KEYS;"
        " then the other keys can go. Restart the servers with the new key before."
    )

    def handle(self, **options: Any) -> None:
        done, found = tokens.rotate()
        self.stdout.write(f"Encrypted with the first key: {done} of {found}.")
        if done < found:
            raise CommandError("Keep the other keys, and run it again.")
