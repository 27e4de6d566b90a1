import pytest

from onedrive.exceptions import BadAnswer
from onedrive.listings import GRAPH, Listing


def test_an_item_that_stands_on_two_pages_is_new_once():
    listing = Listing()

    first = listing.new_items({"value": [{"id": "1"}, {"id": "2"}]})
    second = listing.new_items({"value": [{"id": "2"}, {"id": "3"}]})

    assert [item["id"] for item in first + second] == ["1", "2", "3"]


def test_an_id_in_another_case_is_the_same_item():
    page = {"value": [{"id": "A1!s2"}, {"id": "a1!S2"}]}

    assert len(Listing().new_items(page)) == 1


def test_an_empty_page_may_have_a_next_one():
    listing = Listing()
    page = {"value": [], "@odata.nextLink": f"{GRAPH}/me/drive/x?$skiptoken=a%2Fb"}

    assert listing.new_items(page) == []
    assert listing.next_path(page) == "/me/drive/x?$skiptoken=a%2Fb"


def test_a_page_without_a_link_is_the_last():
    assert Listing().next_path({"value": []}) is None


def test_a_circle_of_links_is_left():
    listing = Listing()
    page = {"value": [], "@odata.nextLink": f"{GRAPH}/me/drive/x?$skiptoken=1"}
    listing.next_path(page)

    with pytest.raises(BadAnswer):
        listing.next_path(page)


def test_links_without_end_are_left(monkeypatch):
    monkeypatch.setattr("onedrive.listings.MAX_PAGES", 3)
    listing = Listing()
    pages = [{"@odata.nextLink": f"{GRAPH}/x?$skiptoken={n}"} for n in range(4)]
    for page in pages[:3]:
        listing.next_path(page)

    with pytest.raises(BadAnswer):
        listing.next_path(pages[3])


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/v1.0/me/drive",
        "https://graph.microsoft.com.evil.example/v1.0/me",
        "https://graph.microsoft.com@evil.example/v1.0/me",
        "http://graph.microsoft.com/v1.0/me",
        "//graph.microsoft.com/v1.0/me",
        "file:///etc/passwd",
        "",
        7,
    ],
)
def test_a_link_to_another_place_is_refused(link):
    with pytest.raises(BadAnswer):
        Listing().next_path({"@odata.nextLink": link})


@pytest.mark.parametrize(
    "page", [{}, {"value": None}, {"value": ["x"]}, {"value": [{"name": "no id"}]}]
)
def test_what_is_no_page_is_a_bad_answer(page):
    with pytest.raises(BadAnswer):
        Listing().new_items(page)
