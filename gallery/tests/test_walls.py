"""Walls of pictures in a browser: ordered, described, moved, deleted, added to. What
visitors get follows at once."""

import pytest

from artetore.tests.browsers import PHONE, WIDE, opened, sign_in
from artetore.tests.processes import until
from conftest import PASSWORD
from gallery.models import Group, Image
from gallery.services import group_update, images_delete
from gallery.tests import samples
from gallery.tests.staff_site import GROUPS, change

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(browser, live_server, staff):
    staff.is_superuser = True
    staff.save()
    with opened(browser, live_server.url) as page:
        sign_in(page, "staff", PASSWORD)
        yield page
        assert page.faults == []


@pytest.fixture
def wall(page, added):
    """The page of group 1, which has three pictures."""
    page.goto(change(added(0, 1, 2)[0].group))
    return page.locator("#wall > li")


@pytest.fixture
def visitors(client):
    """The numbers of group 1's pictures as visitors get them."""

    def see() -> list[int]:
        answer = client.get("/image/group?group=1").json()
        return [entry["imageID"] for entry in answer["data"]]

    return see


def told(page, words: str) -> None:
    page.locator("#told", has_text=words).wait_for()


def names() -> list[str]:
    return [image.name for image in Image.objects.in_group(1)]


def file(content: bytes, name: str) -> dict:
    return {"name": name, "mimeType": "image/png", "buffer": content}


def test_pictures_are_dragged_into_order(page, wall, visitors):
    wall.nth(0).locator("img").drag_to(wall.nth(2).locator("img"))
    told(page, "Saved the new order.")
    assert visitors() == [2, 3, 1]


def test_pictures_are_put_in_order_by_the_keyboard(page, wall, visitors):
    page.get_by_role("button", name="Move 2.png earlier").press("Enter")
    told(page, "Saved the new order.")
    assert visitors() == [1, 3, 2]
    wall.nth(2).get_by_role("checkbox").press("Space")
    page.get_by_role("button", name="To the front").press("Enter")
    until(lambda: visitors() == [2, 1, 3])


def test_what_is_refused_is_told_and_taken_back(page, wall):
    images_delete(numbers={1: [2]})
    page.get_by_role("button", name="Move 2.png earlier").click()
    told(page, "There is no picture 2 in group 1.")
    page.faults.clear()  # Browsers tell of each refusal.
    assert wall.nth(2).get_attribute("data-number") == "3"


def test_a_cover_is_chosen_by_a_click(page, wall, client):
    page.get_by_role("button", name="1.png is the cover").click()
    told(page, "Saved the new cover.")
    [shown] = client.get("/image/page").json()["data"]
    assert shown["image_name"] == "1.png"


def pressed(page):
    stars = page.locator("[data-cover][aria-pressed=true]")
    return stars.evaluate_all("stars => stars.map((star) => star.ariaLabel)")


def test_the_star_of_the_cover_is_pressed_chosen_or_not(page, wall):
    assert pressed(page) == ["0.png is the cover"]
    page.get_by_role("button", name="Move 1.png earlier").click()
    told(page, "Saved the new order.")
    assert pressed(page) == ["1.png is the cover"]
    page.get_by_role("button", name="2.png is the cover").click()
    told(page, "Saved the new cover.")
    assert pressed(page) == ["2.png is the cover"]
    page.get_by_role("button", name="2.png is the cover").click()
    told(page, "The first picture is the cover.")
    assert pressed(page) == ["1.png is the cover"]


def test_the_page_is_called_by_a_new_title_at_once(page, wall):
    field = page.get_by_label("Title of the group")
    for title, name in [(" Alps ", "Alps"), ("  ", "Group 1")]:
        field.fill(title)
        field.press("Enter")
        page.locator("h1").get_by_role("link", name=name, exact=True).wait_for()
        assert page.title().strip() == f"{name} | Artetore ImageHub"
        assert field.input_value() == title.strip()


def test_texts_are_edited_in_place(page, wall, client):
    page.get_by_label("Title of 0.png").fill("Snow")
    page.get_by_label("Title of 0.png").press("Enter")
    told(page, "Saved.")
    page.get_by_label("Caption of 0.png").fill("Much of it")
    page.get_by_label("Title of the group").fill("Alps")
    page.get_by_label("Title of the group").press("Tab")
    page.locator("[data-field=caption][data-state=saved]").wait_for()
    page.locator("[data-state=saved]").nth(2).wait_for()
    data = client.get("/image/?group=1&image_id=1").json()["data"]
    assert (data["title"], data["caption"]) == ("Snow", "Much of it")
    assert Group.objects.get().title == "Alps"


@pytest.mark.parametrize("key", ["Enter", "Escape"])
def test_a_key_that_ends_a_composed_word_does_not_end_the_text(page, wall, key):
    field = page.get_by_label("Title of 0.png")
    field.fill("ゆき")
    composed = {"key": key, "isComposing": True, "bubbles": True}
    field.evaluate(
        "(f, e) => f.dispatchEvent(new KeyboardEvent('keydown', e))", composed
    )
    assert field.evaluate("field => field === document.activeElement")
    assert field.input_value() == "ゆき"
    field.press("Enter")
    told(page, "Saved.")


def test_what_could_not_be_saved_stays_and_is_saved_later(page, wall):
    field = page.get_by_label("Title of 0.png")
    page.context.set_offline(True)
    field.fill("Snow")
    field.press("Enter")
    told(page, "Not saved: The site does not answer.")
    page.context.set_offline(False)
    page.faults.clear()
    assert field.input_value() == "Snow"
    field.focus()
    field.blur()
    told(page, "Saved.")
    assert Image.objects.get(number=1).title == "Snow"


def test_chosen_pictures_move_and_are_deleted(page, wall, added, visitors):
    added(3)
    group_update(group=2, title="Alps")
    for _ in range(2):
        wall.nth(0).get_by_role("checkbox").check()
        page.get_by_role("button", name="Move to another group").click()
        page.get_by_label("To this group").fill("Alps")
        page.locator("#choices li:only-child", has_text="Alps").click()
        page.get_by_role("button", name="Move there").click()
        page.get_by_text("Moved 1 image to").wait_for()
    assert visitors() == [3]
    assert Image.objects.in_group(2).count() == 3
    page.get_by_label("Choose all").check()
    page.get_by_role("button", name="Delete selected images").click()
    page.get_by_role("button", name="Yes, I’m sure").click()
    page.get_by_text("visitors do not see this group").wait_for()
    assert Image.objects.in_group(1).count() == 0


@pytest.mark.parametrize(("window", "most"), [(WIDE, 60), (PHONE, 90)])
def test_what_can_be_done_with_chosen_pictures_hides_few(page, wall, window, most):
    page.set_viewport_size(window)
    wall.nth(0).get_by_role("checkbox").check()
    assert page.locator("#chosen").bounding_box()["height"] <= most
    page.get_by_role("button", name="Move to another group", exact=True).wait_for()
    page.get_by_role("button", name="Choose none").click()
    assert page.locator("#chosen").is_hidden()


@pytest.mark.parametrize("place", ["the mark", "the search"])
def test_enter_moves_to_the_marked_group(page, wall, added, place):
    added(3)
    wall.nth(0).get_by_role("checkbox").check()
    page.get_by_role("button", name="Move to another group").click()
    mark = page.get_by_role("radio", name="2 Without a title")
    mark.check()
    (mark if place == "the mark" else page.get_by_label("To this group")).press("Enter")
    page.get_by_text("Moved 1 image to Group 2.").wait_for()
    assert Group.objects.count() == 2


def test_files_are_uploaded_and_bad_ones_named(page, wall, visitors):
    files = [
        file(samples.png((900, 900)), "large.png"),
        file(samples.truncated_png(), "broken.png"),
        file(samples.png((20, 20)), "small.png"),
    ]
    page.set_input_files("input[type=file]", files)
    page.locator(".upload", has_text="broken.png").get_by_text("damaged").wait_for()
    page.locator("#wall > li:nth-child(5)", has_text="small.png").wait_for()
    page.faults.clear()
    # Of two at once the smaller is stored first.
    until(lambda: names()[3:] == ["large.png", "small.png"])
    assert len(visitors()) == 5
    assert page.locator("#count").inner_text() == "5"


DROP = """([name, bytes]) => {
  const files = new DataTransfer();
  files.items.add(new File([new Uint8Array(bytes)], name, { type: "image/png" }));
  const drop = new DragEvent("drop", { dataTransfer: files, bubbles: true });
  document.body.dispatchEvent(drop);
}"""


def test_dropped_files_become_a_new_group(page, db):
    page.goto(GROUPS)
    page.get_by_label("Title of the new group").fill("Sea")
    page.evaluate(DROP, ["wave.png", list(samples.png())])
    page.wait_for_url("**/change/")
    page.get_by_role("img", name="wave.png").wait_for()
    assert Group.objects.get().title == "Sea"


def test_a_picture_is_replaced_after_a_question(page, added):
    [image] = added(0)
    page.goto(change(image))
    name = 'So "new", 50%22 &amp; all.png'
    page.set_input_files("input[type=file]", [file(samples.png((99, 9)), name)])
    page.wait_for_function("document.querySelector('[data-new]').naturalWidth === 99")
    page.get_by_role("button", name="Keep it as it is").click()
    assert Image.objects.get().name == image.name
    page.set_input_files("input[type=file]", [file(samples.png((99, 9)), name)])
    page.get_by_role("button", name="Replace").click()
    page.get_by_text(f"Replaced by {name}.").wait_for()
    page.get_by_text("99 × 9").wait_for()
    assert Image.objects.get().name == name


def test_a_picture_is_replaced_after_a_file_that_was_none(page, added):
    page.goto(change(*added(0)))
    page.set_input_files("input[type=file]", [file(b"Dear diary", "diary.txt")])
    page.get_by_text("Your browser cannot show this file").wait_for()
    page.get_by_role("button", name="Replace").click()
    page.locator(".upload.bad", has_text="diary.txt").wait_for()
    page.faults.clear()
    page.set_input_files("input[type=file]", [file(samples.png((99, 9)), "new.png")])
    page.get_by_role("button", name="Replace").click()
    page.get_by_text("99 × 9").wait_for()
    assert page.locator(".upload").count() == 0


def test_chosen_covers_are_counted(page, added):
    added(0)
    added(1)
    page.goto(GROUPS)
    page.get_by_label("Choose Group 1").check()
    page.get_by_text("1 of 2 selected").wait_for()
