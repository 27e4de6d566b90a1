"""OneDrive in the staff site as a browser sees it: from consent to the gallery."""

import random
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from artetore.tests.browsers import PHONE, TOO_WIDE, hindrances, opened, sign_in
from artetore.tests.processes import until
from conftest import PASSWORD, png
from gallery.models import Group
from onedrive.models import Connection, Import
from onedrive.standin.faults import Fault
from onedrive.tests.pages import DRIVE
from onedrive.worker import Worker

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
]

NOISE = random.Random(5).randbytes(6_000_000)


@pytest.fixture
def page(browser, live_server, settings, staff, standin):
    """Of the one whose OneDrive it is. Uploads may go to OneDrive."""
    settings.SITE_URL = live_server.url
    staff.is_superuser = True
    staff.save()
    with opened(browser, live_server.url) as page:
        sign_in(page, "staff", PASSWORD)
        yield page
    allowed = f"asked {urlsplit(standin.upload_url).netloc}"
    assert [fault for fault in page.faults if fault != allowed] == []


def upload(page, name, data):
    file = {"name": name, "mimeType": "image/png", "buffer": data}
    page.get_by_label("choose them").set_input_files(file)


def drop(page, files):
    """Text files, by their names."""
    transfer = page.evaluate_handle(
        """files => {
            const transfer = new DataTransfer();
            for (const [name, text] of Object.entries(files)) {
                transfer.items.add(new File([text], name));
            }
            return transfer;
        }""",
        files,
    )
    page.dispatch_event("#upload", "drop", {"dataTransfer": transfer})


def stored(shelf, folder=None):
    items = shelf.store.children(folder or shelf.home)
    return {item.name: shelf.store.open(item).read_bytes() for item in items}


def test_from_consent_to_the_gallery(page, shelf, staff, standin):
    sea = shelf.folder("Sea")
    shelf.file("c.png", png(3), sea)
    alps = shelf.folder("Alps")
    shelf.file("a.png", png(1), alps)
    broken = shelf.file("broken.png", png(2)[:90], alps)

    page.get_by_role("link", name="Browse").click()
    page.get_by_role("button", name="Connect OneDrive").click()
    page.faults.clear()  # the stand-in's own page was asked
    page.get_by_role("button", name="Accept").click()
    page.get_by_text("Connected: OneDrive of ines@example.org.").wait_for()
    assert Connection.objects.get().user == staff
    page.faults.clear()

    page.locator("main, body").get_by_role("link", name="Alps").last.click()
    photo = png(7, (1300, 1000)) + NOISE[:4_000_000]
    upload(page, "photo.png", photo)
    page.get_by_text("photo.png").last.wait_for()
    page.get_by_label("Choose photo.png").wait_for()
    assert stored(shelf, alps)["photo.png"] == photo
    assert hindrances(page) == []

    page.get_by_label("Folders").get_by_role("link", name="OneDrive").click()
    for name in ("Alps", "Sea"):
        page.get_by_label(f"Choose {name}").check()
    page.get_by_text("2 chosen").wait_for()
    page.get_by_role("button", name="Import").click()
    page.get_by_text("4 pictures to import").wait_for()
    assert hindrances(page) == []
    page.get_by_role("button", name="Import").click()

    page.get_by_text("0 of 4").first.wait_for()
    run = Import.objects.get()
    Worker(runs=[run.pk]).run()
    page.get_by_text("Ended").wait_for()
    page.get_by_text("3 of 4").first.wait_for()

    with shelf.store.blobs.arrival() as source:
        source.write_bytes(png(2))
        shelf.store.put_file(alps.id, broken.name, source)
    page.get_by_role("button", name="Try again").click()
    page.get_by_text("1 file is tried again.").wait_for()
    Worker(runs=[run.pk]).run()
    page.get_by_text("4 of 4").first.wait_for()
    counts = {group.title: group.images.count() for group in Group.objects.all()}
    assert counts == {"Alps": 3, "Sea": 1}

    page.goto(DRIVE)
    page.get_by_text("3 in the gallery").wait_for()


def test_long_names_leave_tiles_low(page, connection, shelf):
    shelf.file("n" * 240 + ".png", png(1))
    page.goto(DRIVE)
    tile = page.locator(".drive-tile", has_text="nnn")
    assert tile.bounding_box()["height"] < 260


@pytest.mark.parametrize(
    ("fault", "pieces"),
    [
        (Fault(role="upload", method="PUT", reset=True, skip=1, times=1), 3),
        (Fault(role="upload", method="PUT", status=503, after_work=True, times=1), 2),
        # The last piece is taken, and nobody hears of it.
        (Fault(role="upload", method="PUT", status=500, after_work=True, skip=1), 2),
    ],
)
def test_an_upload_that_is_cut_goes_on_where_it_was(
    page, connection, shelf, standin, fault, pieces
):
    page.goto(DRIVE)
    standin.faults.add(fault)
    upload(page, "noise.png", NOISE)
    page.get_by_label("Choose noise.png").wait_for()
    assert stored(shelf) == {"noise.png": NOISE}
    sent = [e for e in standin.journal.entries("upload") if e.method == "PUT"]
    assert len(sent) == pieces
    page.faults.clear()  # the cut


@pytest.mark.parametrize("drive_kind", ["business"])
def test_what_was_refused_may_be_tried_again(page, connection, shelf, standin):
    """A business drive takes one session for a name at a time."""
    page.goto(DRIVE)
    full = {"status": 507, "headers": {"Access-Control-Allow-Origin": "*"}}
    standin.faults.add(Fault(role="upload", method="PUT", times=1, **full))
    upload(page, "noise.png", NOISE[:300_000])
    page.get_by_text("The OneDrive is full.").wait_for()
    assert page.get_by_text("This folder is empty.").is_visible()
    upload(page, "small.png", NOISE[:300])
    page.get_by_text("1 of 2 stored, 1 failed").wait_for()
    assert page.get_by_text("This folder is empty.").is_hidden()
    until(lambda: standin.journal.entries("upload", method="DELETE"))
    page.get_by_role("button", name="Try again").click()
    page.get_by_label("Choose noise.png").wait_for()
    assert stored(shelf)["noise.png"] == NOISE[:300_000]
    page.faults.clear()  # the refusal


def test_a_browser_that_is_not_let_to_onedrive_sends_through_us(
    page, connection, shelf, standin
):
    page.goto(DRIVE)
    page.route(f"{standin.upload_url}/**", lambda route: route.abort())
    upload(page, "noise.png", NOISE[:300_000])
    page.get_by_label("Choose noise.png").wait_for()
    assert stored(shelf) == {"noise.png": NOISE[:300_000]}
    page.faults.clear()


def test_bad_files_are_named_and_the_good_ones_stored(page, connection, shelf):
    page.goto(DRIVE)
    files = {"good.png": "bytes", "empty.png": "", "bad:name.png": "x"}
    drop(page, files)
    page.get_by_text("2 of 3 stored, 1 failed").wait_for()
    page.get_by_text("The name has a : in it").wait_for()
    assert stored(shelf) == {"good.png": b"bytes", "empty.png": b""}
    assert hindrances(page) == []
    page.get_by_role("link", name="Show the folder with what is stored").click()
    page.get_by_label("Choose good.png").wait_for()
    page.faults.clear()  # the refusal


@pytest.mark.parametrize("through_us", [False, True])
def test_what_was_stored_is_told_with_its_new_name(
    page, connection, shelf, standin, through_us
):
    shelf.file("up.png", b"another")
    page.goto(DRIVE)
    if through_us:
        page.route(f"{standin.upload_url}/**", lambda route: route.abort())
    upload(page, "up.png", NOISE[:300_000])
    told = "up.png was there already, so it is called up 1.png."
    page.get_by_text(f"Stored: up 1.png. {told}").wait_for()
    page.reload()
    page.get_by_label("Choose up 1.png").wait_for()
    assert page.get_by_text("Stored:").count() == 0
    drop(page, {"up.png": "x", **{f"{number}.png": "y" for number in range(3)}})
    page.get_by_text(
        "4 files are stored. up.png was there already, so it is called up 2.png."
    ).wait_for()
    page.get_by_label("Choose up 2.png").wait_for()
    page.faults.clear()  # the way that was cut


def test_names_are_asked_for_by_the_keyboard_alone(page, connection, shelf):
    shelf.file("a.png", png(1))
    page.goto(DRIVE)
    page.get_by_label("Rename a.png").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("peak")
    page.keyboard.press("Enter")
    page.get_by_text("Renamed: peak.png.").wait_for()
    page.get_by_role("button", name="New folder").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="New folder").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("Alps")
    page.keyboard.press("Enter")
    page.get_by_text("Created: Alps.").wait_for()
    names = {item.name for item in shelf.store.children(shelf.home)}
    assert names == {"peak.png", "Alps"}


def test_a_picture_that_is_not_to_be_had_leaves_a_sign(page, connection, shelf):
    """Also while the page's other scripts still load."""
    shelf.file("broken.png", png(2)[:90])
    shelf.file("whole.png", png(3))
    page.route("**/drive*.js", lambda route: route.abort())
    page.goto(DRIVE)
    for name, shown in (("broken.png", 0), ("whole.png", 1)):
        tile = page.locator(".drive-tile", has_text=name)
        expect(tile.locator(".drive-picture img")).to_have_count(shown)
        expect(tile.get_by_text("image", exact=True)).to_have_count(1)
    page.faults.clear()  # the scripts that did not load


def test_a_long_name_on_the_way_leaves_a_phone_whole(page, connection, shelf):
    folder = shelf.folder("n" * 120)
    page.set_viewport_size(PHONE)
    page.goto(f"{DRIVE}{folder.id}/")
    page.get_by_label("Folders").get_by_text("nnn").wait_for()
    assert page.evaluate(TOO_WIDE) <= 0
