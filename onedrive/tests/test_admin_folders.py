"""The lists of folders and connections in the staff site."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from gallery.models import Group
from gallery.tests.staff_site import in_list, text
from onedrive.models import Connection, DriveFile, DriveFolder, Mirror

pytestmark = pytest.mark.django_db

FOLDERS = "/staff/onedrive/drivefolder/"
CONNECTIONS = "/staff/onedrive/connection/"


@pytest.fixture
def mirror(staff):
    mirror = Mirror.objects.create(link="the-delta-link")
    Connection.objects.create(
        user=staff,
        mirror=mirror,
        account_name="ines@example.org",
        cache="the-token-cache",
        connected_at=timezone.now(),
    )
    return mirror


@pytest.fixture
def folders(mirror):
    """Folders in a folder `Top`, with a group and a file each."""

    def make(count):
        top = DriveFolder.objects.create(mirror=mirror, key="top", name="Top")
        for number in range(1, count):
            group = Group.objects.create(number=number, title=f"Group {number}")
            folder = DriveFolder.objects.create(
                mirror=mirror,
                key=f"key-{number}",
                parent_key="top",
                name=f"Folder {number:02}",
                group=group,
                touched=False,
            )
            DriveFile.objects.create(
                mirror=mirror, folder=folder, key=f"file-{number}", touched=False
            )
        return [top, *DriveFolder.objects.exclude(pk=top.pk).order_by("pk")]

    return make


def save(browser, rows, **changes):
    """The list's form as it is sent, with these fields of the last row changed."""
    form = {
        "form-TOTAL_FORMS": len(rows),
        "form-INITIAL_FORMS": len(rows),
        "_save": "Save",
    }
    shown = sorted(rows, key=lambda row: row.name)
    for index, row in enumerate(shown):
        form |= {
            f"form-{index}-id": row.pk,
            f"form-{index}-choice": row.choice,
            f"form-{index}-group": row.group.number if row.group else "",
        }
    last = len(shown) - 2  # Top is the last by name
    form |= {f"form-{last}-{name}": value for name, value in changes.items()}
    return browser.post(FOLDERS, form, follow=True)


def test_folders_are_listed_with_place_and_number_of_files(boss, folders):
    folders(2)
    inner, top = in_list(boss.get(FOLDERS))
    assert inner.startswith("Folder 01 Top 1 ")
    assert inner.endswith("Group 1")
    assert top.startswith("Top 0 ")


def test_of_several_drives_one_is_listed_and_named(
    boss, admin_user, folders, mirror, staff
):
    folders(2)
    Mirror.objects.update(applied=timezone.now())
    own = Connection.objects.create(
        user=admin_user, account_name="cura@example.org", connected_at=timezone.now()
    )
    assert "OneDrive of ines@example.org" in text(boss.get(FOLDERS))
    assert len(in_list(boss.get(FOLDERS))) == 2

    other = Mirror.objects.create(drive_id="else")
    other.connections.add(own)
    DriveFolder.objects.create(mirror=other, key="top", name="Hers")
    answer = boss.get(FOLDERS)
    assert "OneDrive of cura@example.org" in text(answer)
    [row] = in_list(answer)
    assert row.startswith("Hers ")


def test_it_is_told_what_the_choices_and_the_group_are_for(boss, folders):
    folders(2)
    answer = boss.get(FOLDERS)
    for told in ("each sync takes", "the next sync takes", "syncs take nothing"):
        assert told in text(answer)
    assert "what is new in the folder" in text(answer)
    assert in_list(answer)[1].endswith("a new group")
    DriveFolder.objects.update(choice="ignore")
    assert "a new group" not in in_list(boss.get(FOLDERS))[1]


def test_folders_that_are_gone_are_not_listed(boss, folders):
    _, inner = folders(2)
    DriveFolder.objects.filter(pk=inner.pk).update(gone=True)
    assert len(in_list(boss.get(FOLDERS))) == 1


@pytest.mark.parametrize("rows", [3, 60])
def test_queries_of_the_list_do_not_grow(
    boss, folders, django_assert_num_queries, rows
):
    folders(rows)
    # The session, its user, whose drive (twice) and its name, how many, the rows.
    with django_assert_num_queries(7):
        assert len(in_list(boss.get(FOLDERS))) == min(rows, 50)


@pytest.mark.parametrize("choice", ["once", "ignore"])
def test_a_choice_is_saved(boss, folders, choice):
    rows = folders(3)
    answer = save(boss, rows, choice=choice)
    assert "1 folder was changed successfully." in text(answer)
    rows[-1].refresh_from_db()
    assert (rows[-1].choice, rows[-1].group.number) == (choice, 2)
    followed = choice == "once"
    assert DriveFile.objects.get(folder=rows[-1]).touched is followed
    rows[1].refresh_from_db()
    assert rows[1].choice == "follow"


@pytest.mark.parametrize(("number", "title"), [("1", "Group 1"), ("", None)])
def test_a_group_is_chosen_by_its_number(boss, folders, number, title):
    rows = folders(3)
    save(boss, rows, group=number)
    rows[-1].refresh_from_db()
    assert (rows[-1].group.title if rows[-1].group else None) == title


@pytest.mark.parametrize(
    ("number", "told"),
    [
        ("99", "There is no group 99."),
        ("x", "Enter a whole number."),
        ("-1", "greater than or equal to 0"),
        ("9" * 30, "less than or equal to"),
    ],
)
def test_a_group_that_is_none_is_told_beside_it(boss, folders, number, told):
    rows = folders(3)
    assert told in text(save(boss, rows, group=number, choice="ignore"))
    rows[-1].refresh_from_db()
    assert (rows[-1].choice, rows[-1].group.number) == ("follow", 2)


def test_who_chooses_while_a_sync_is_at_work_is_told(boss, folders, mirror):
    rows = folders(3)
    soon = timezone.now() + timedelta(minutes=1)
    Mirror.objects.update(lease="other", leased_until=soon)
    assert "A sync is at work." in text(save(boss, rows, choice="ignore"))
    rows[-1].refresh_from_db()
    assert rows[-1].choice == "follow"


def test_who_may_only_look_chooses_nothing(client, staff, folders):
    rows = folders(3)
    staff.user_permissions.set(Permission.objects.filter(codename="view_drivefolder"))
    client.force_login(staff, "accounts.backends.StaffBackend")
    assert "form-0-choice" not in text(client.get(FOLDERS))
    save(client, rows, choice="ignore")
    rows[-1].refresh_from_db()
    assert rows[-1].choice == "follow"

    staff.user_permissions.clear()
    assert client.get(FOLDERS).status_code == 403


def test_a_folder_has_no_page_of_its_own(boss, folders):
    [top] = folders(1)
    assert boss.get(f"{FOLDERS}{top.pk}/change/")["Location"] == FOLDERS
    assert boss.get(f"{FOLDERS}{top.pk}/delete/").status_code == 403
    assert boss.get(f"{FOLDERS}add/").status_code == 403


# --- Connections ------------------------------------------------------------------


def test_connections_tell_their_state_and_no_secret(boss, mirror):
    Connection.objects.update(state="needs_consent", reason="It was withdrawn.")
    [row] = in_list(boss.get(CONNECTIONS))
    assert row.startswith("staff ines@example.org needs consent")
    page = boss.get(f"{CONNECTIONS}{mirror.connection.pk}/change/")
    assert "It was withdrawn." in text(page)
    for answer in (page, boss.get(CONNECTIONS), boss.get("/staff/onedrive/sync/")):
        assert "the-token-cache" not in text(answer)
        assert "the-delta-link" not in text(answer)


def test_connections_are_only_looked_at(boss, client, staff, mirror):
    path = f"{CONNECTIONS}{mirror.connection.pk}/"
    assert boss.post(f"{path}change/", {"account_name": "x"}).status_code == 403
    assert boss.post(f"{path}delete/", {"post": "yes"}).status_code == 403
    client.force_login(staff, "accounts.backends.StaffBackend")
    assert client.get(CONNECTIONS).status_code == 403


@pytest.mark.parametrize("rows", [3, 60])
def test_queries_of_connections_do_not_grow(
    boss, django_user_model, django_assert_num_queries, rows
):
    for number in range(rows):
        user = django_user_model.objects.create(username=f"user-{number}")
        Connection.objects.create(user=user, connected_at=timezone.now())
    with django_assert_num_queries(4):
        assert len(in_list(boss.get(CONNECTIONS))) == min(rows, 50)


def test_all_pages_together_are_the_list(boss, folders):
    folders(60)
    pages = [in_list(boss.get(f"{FOLDERS}?p={number}")) for number in (1, 2)]
    assert [len(page) for page in pages] == [50, 10]
    assert pages[1][-1].startswith("Top 0 ")
