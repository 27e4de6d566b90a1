"""The pictures of the pages that the documentation shows."""

import pytest
from PIL import Image as Picture

from artetore.demo.screenshots import shots, take
from artetore.tests.large_gallery import fill_ledger
from gallery.services import images_add, picture_store
from onedrive import auth
from onedrive.models import DriveFolder
from onedrive.tests.drives import Shelf

pytestmark = [
    pytest.mark.browser,
    pytest.mark.trial,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def gallery(django_user_model, consent, standin, tmp_path):
    """Of one picture, a consent and an import, looked after by the demo's user."""
    demo = django_user_model.objects.create_superuser("demo", password="demo")
    auth.connect(user=demo, code=consent())
    path = tmp_path / "a.png"
    Picture.effect_noise((300, 200), 90).save(path)
    [image] = images_add(group=None, images=[picture_store(path=path, name="a.png")])
    fill_ledger(demo, runs=1, each=3)
    folder = DriveFolder.objects.get()
    there = Shelf(standin).folder("Alps")
    folder.group, folder.item_id = image.group, there.id
    folder.save()


def test_every_page_is_taken_wide_and_on_a_phone(
    browser, live_server, gallery, tmp_path
):
    pages = shots()
    folder = tmp_path / "docs"
    folder.mkdir()

    take(browser, live_server.url, folder, pages=pages)

    listed = (folder / "pages.md").read_text()
    for name in ["login", *(shot.name for shot in pages)]:
        for suffix, size in (("", (1280, 800)), ("-phone", (390, 844))):
            taken = folder / f"{name}{suffix}.png"
            assert Picture.open(taken).size == size
            assert taken.stat().st_size < 150_000, name
            assert f'src="{name}{suffix}.png"' in listed
    contents = {(folder / f"{shot.name}.png").read_bytes() for shot in pages}
    assert len(contents) == len(pages), "Two pages look the same: is one an error?"
