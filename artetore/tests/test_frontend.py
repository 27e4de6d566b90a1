"""A browser makes the deployed frontend's calls, from the frontend's origin."""

import io
import os
from pathlib import Path
from urllib.parse import quote

import pytest
from PIL import Image
from playwright.sync_api import sync_playwright

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ORIGIN = "http://localhost:3000"
PAGE = Path(__file__).with_name("frontend.html").read_text()


@pytest.fixture
def page():
    # Playwright's own loop runs in this thread; Django must not mistake us for it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=[
                "--no-sandbox",
                "--disable-background-networking",
                # A page from memory has no address, so it would count as a stranger.
                "--disable-features=LocalNetworkAccessChecks",
            ],
        )
        page = browser.new_page()
        # The origin is the frontend's; its one page is served from memory.
        page.route(
            f"{ORIGIN}/**",
            lambda route: route.fulfill(body=PAGE, content_type="text/html"),
        )
        yield page
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def noise_png(side: int = 1200) -> bytes:
    """A picture of over 4 MB: noise does not compress."""
    buffer = io.BytesIO()
    Image.frombytes("RGB", (side, side), os.urandom(side * side * 3)).save(
        buffer, "PNG"
    )
    return buffer.getvalue()


def test_sign_in_consent_upload_import_display_delete(
    page, live_server, standin, staff
):
    page.goto(f"{ORIGIN}/?api={quote(live_server.url)}")
    page.get_by_text("ready").wait_for()

    assert page.evaluate("signIn('staff', 'wrong')") == 1
    assert page.evaluate("signIn('staff', 'staff-password')") == 2

    page.evaluate("void connect()")
    page.get_by_role("button", name="Accept").click()
    page.get_by_text("found_tokens").wait_for()
    assert page.evaluate("connect()")["code"] == 1

    added = page.evaluate("call('/admin/onedrive/add-folder?folder_name=Noise')")
    assert added["code"] == 1
    folders = page.evaluate("call('/admin/onedrive/folders')")["folders"]
    folder_id = next(key for key in folders if isinstance(folders[key], dict))
    content = noise_png()
    assert len(content) > 4_000_000
    page.set_input_files(
        "#file", {"name": "noise.png", "mimeType": "image/png", "buffer": content}
    )
    assert page.evaluate("id => upload(id)", folder_id) == [202, 201]

    files = page.evaluate("call('/admin/onedrive/folders')")["folders"][folder_id]
    [(file_id, file)] = files["files"].items()
    assert (file["file_name"], file["file_size"]) == ("noise.png", len(content))
    order = {
        "all_image_id": [{"file_name": "noise.png", "file_id": file_id}],
        "group": -1,
        "folder_name": "Noise",
    }
    imported = page.evaluate(
        "body => post('/admin/add/image', body)", {"image_list": {folder_id: order}}
    )
    assert imported["hint"] == "image_added_in_database"

    [shown] = page.evaluate("show()")["data"]
    assert page.locator("#pictures img").evaluate(
        "picture => [picture.naturalWidth, picture.naturalHeight]"
    ) == [180, 115]

    entry = {"folder_name": "Noise", "image_id": 1, "image_name": "noise.png"}
    deleted = page.evaluate(
        "body => post('/admin/delete/image', body)",
        {"image_list": {str(shown["group"]): [entry]}},
    )
    assert deleted["code"] == 1
    assert page.evaluate("show()") == {"code": 0, "hint": "database_empty"}


def test_a_refusal_can_be_read_from_the_frontends_origin(page, live_server):
    page.goto(f"{ORIGIN}/?api={quote(live_server.url)}")
    page.get_by_text("ready").wait_for()

    answers = page.evaluate(
        """async () => ({
            unauthorized: await call('/admin/groups'),
            unknown: await call('/image/nowhere'),
            invalid: await call('/image/page?page=x'),
        })"""
    )

    assert answers["unauthorized"] == {"detail": "Not authenticated"}
    assert answers["unknown"] == {"detail": "Not Found"}
    assert answers["invalid"]["detail"][0]["loc"] == ["query", "page"]
