from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.template.defaultfilters import pluralize

from gallery.management.endings import bar_until
from gallery.models import Image
from onedrive.linking import Linking, link
from onedrive.management.runs import RunCommand, connected_user


class Command(RunCommand):
    help = (
        "Find the files of pictures that did not come from OneDrive, such as those "
        "that were moved in, so that sync follows them and fetches nothing twice."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would be linked"
        )

    def run(self, *, user: str | None, dry_run: bool, **options: Any) -> None:
        linking = link(
            owner=connected_user(user),
            dry_run=dry_run,
            on_page=self.on_page,
            progress=bar_until(self.ended),
        )
        if self.json:
            self.tell_json({"dry_run": dry_run, **_answer(linking)})
        else:
            self.tell(linking, dry_run)
        if unclear := sum(each.unclear for each in linking.unlinked):
            raise CommandError(f"Pictures that are unclear: {unclear}.")

    def tell(self, linking: Linking, dry_run: bool) -> None:
        for each in linking.unlinked:
            self.stdout.write(str(each))
        done = "To be linked" if dry_run else "Linked"
        pictures = f"{len(linking.linked)} picture{pluralize(linking.linked)}"
        self.stdout.write(f"{done} with their files: {pictures}.")
        if linking.new:
            self.stdout.write(
                f"A sync would take {linking.new} file{pluralize(linking.new)} that "
                f"{pluralize(linking.new, 'is,are')} in no group yet. "
                "Folders that it should leave can be ignored in the staff site."
            )


def _answer(linking: Linking) -> dict[str, Any]:
    return {
        "linked": [
            _named(image) | {"file": f"{file.folder.name}/{file.name}"}
            for image, file in linking.linked
        ],
        "unlinked": [
            _named(each.image) | {"reason": each.reason, "unclear": each.unclear}
            for each in linking.unlinked
        ],
        "new": linking.new,
    }


def _named(image: Image) -> dict[str, Any]:
    return {"group": image.group.number, "picture": image.number, "name": image.name}
