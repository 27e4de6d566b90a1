import pytest

from onedrive.tests.probe import Probe, by_path, code, picture

CHILDREN = "/me/drive/root/children"


@pytest.fixture
def drive(tmp_path):
    with Probe(tmp_path) as probe:
        yield probe


@pytest.fixture
def business(tmp_path):
    with Probe(tmp_path, kind="business") as probe:
        yield probe


def pages(drive: Probe, address: str) -> list[list[str]]:
    """The names on each page, to the last."""
    names = []
    while address:
        body = drive.get(address).json()
        names.append([item["name"] for item in body["value"]])
        address = body.get("@odata.nextLink", "")
    return names


def test_children_come_in_order_of_name_with_context(drive):
    for name in ("b", "A", "c"):
        drive.folder(name)
    body = drive.get(CHILDREN).json()
    assert [item["name"] for item in body["value"]] == ["A", "b", "c"]
    assert "@odata.context" in body
    assert "@odata.nextLink" not in body


def test_pages_lead_to_the_last_item(drive):
    for name in "abcde":
        drive.folder(name)
    assert pages(drive, f"{CHILDREN}?$top=2") == [["a", "b"], ["c", "d"], ["e"]]


def test_a_last_page_that_is_full_has_no_link(drive):
    for name in "abcd":
        drive.folder(name)
    assert pages(drive, f"{CHILDREN}?top=2") == [["a", "b"], ["c", "d"]]


def test_the_usual_page_holds_200_and_the_largest_1000(drive):
    store = drive.standin.store
    with store.db.transaction():
        for number in range(1001):
            store.create_folder(store.root.id, f"{number:04}")
    assert len(drive.get(CHILDREN).json()["value"]) == 200
    assert len(drive.get(f"{CHILDREN}?$top=5000").json()["value"]) == 1000


def test_the_page_size_can_be_set(drive):
    drive.standin.behaviour.page_size = 1
    drive.folder("a")
    drive.folder("b")
    assert pages(drive, CHILDREN) == [["a"], ["b"]]


def test_a_page_may_be_empty_and_yet_not_be_the_last(drive):
    drive.standin.behaviour.empty_pages = True
    for name in "abc":
        drive.folder(name)
    expected = [["a"], [], ["b"], [], ["c"]]
    assert pages(drive, f"{CHILDREN}?$top=1") == expected


def test_a_link_carries_its_options(drive):
    drive.folder("a")
    drive.folder("b")
    link = drive.get(f"{CHILDREN}?$top=1&$select=name").json()["@odata.nextLink"]
    assert set(drive.get(link).json()["value"][0]) == {"id", "name"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("skiptoken=", "skiptoken=x"),
        ("top=1", "top=2"),
        ("/root/", "/items/root/"),
        ("&%24skip", "&$select=id&%24skip"),
    ],
)
def test_a_link_cannot_be_rebuilt(drive, old, new):
    drive.folder("a")
    drive.folder("b")
    link = drive.get(f"{CHILDREN}?$top=1").json()["@odata.nextLink"]
    assert old in link
    assert drive.get(link.replace(old, new)).status_code in (400, 404)


def test_a_broken_token_is_refused(drive):
    answer = drive.get(f"{CHILDREN}?$skiptoken=rubbish")
    assert code(answer) == (400, "invalidRequest")
    assert answer.json()["error"]["message"] == "Invalid paging token"


@pytest.mark.parametrize(
    "option",
    [
        *("$top=0", "$top=-1", "$top=x", "$top=1.5", "$top=²"),
        *("$filter=a", "$skip=1", "$count=true", "$search=a", "$expand=children"),
        *("$orderby=eTag", "$orderby=name%20sideways"),
    ],
)
def test_an_option_that_is_not_supported(drive, option):
    assert code(drive.get(f"{CHILDREN}?{option}")) == (400, "invalidRequest")


def test_personal_drives_order_by_more_than_business_drives(drive, tmp_path_factory):
    drive.file("a", b"22")
    drive.file("b", b"1")
    assert pages(drive, f"{CHILDREN}?$orderby=size") == [["b", "a"]]
    assert pages(drive, f"{CHILDREN}?$orderby=name%20desc") == [["b", "a"]]
    with Probe(tmp_path_factory.mktemp("b"), kind="business") as other:
        assert other.get(f"{CHILDREN}?$orderby=size").status_code == 400
        assert other.get(f"{CHILDREN}?$orderby=name").status_code == 200


def test_children_by_path_and_of_a_file(drive):
    drive.folder("A b")
    drive.file("A b/c.txt")
    assert pages(drive, f"{by_path('a B')}:/children") == [["c.txt"]]
    assert drive.get(f"{by_path('A b/c.txt')}:/children").status_code == 400


def test_an_unchanged_folder_is_not_listed_again(drive):
    drive.folder("A")
    tag = drive.get(CHILDREN).headers["ETag"]
    same = {"If-None-Match": tag}
    assert drive.get(CHILDREN, headers=same).status_code == 304
    drive.file("A/new.txt")
    assert drive.get(CHILDREN, headers=same).status_code == 200


def test_thumbnails_come_along_on_personal_drives_only(drive, tmp_path_factory):
    drive.file("a.jpg", picture(64, 48))
    drive.file("b.txt")
    picture_entry, text_entry = drive.get(f"{CHILDREN}?$expand=thumbnails").json()[
        "value"
    ]
    assert picture_entry["thumbnails"][0]["small"]["width"] == 64
    assert text_entry["thumbnails"] == []
    with Probe(tmp_path_factory.mktemp("b"), kind="business") as other:
        other.file("a.jpg", picture())
        (entry,) = other.get(f"{CHILDREN}?$expand=thumbnails").json()["value"]
        assert "thumbnails" not in entry
