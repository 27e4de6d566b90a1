"""Whatever a browser sends to a list of the staff site, it is answered."""

import pytest
from django.contrib import admin
from django.urls import reverse

pytestmark = pytest.mark.django_db

LISTS = [model._meta for model in admin.site._registry]
ACTIONS = ("delete_selected", "give_up", "move", "retry")
QUERIES = ("o=x", "p=x", "p=" + "9" * 30, "q=%00", "all=x", "nothing=x", "_facets=1")
KEYS = ("x", "9" * 30, "_00", "%00")


def list_of(model) -> str:
    return reverse(f"admin:{model.app_label}_{model.model_name}_changelist")


@pytest.mark.parametrize("chosen", ["x", "9" * 30, "-1", "1.5", "\x00"])
@pytest.mark.parametrize("model", LISTS, ids=str)
def test_what_is_no_row_can_be_chosen(admin_client, model, chosen):
    for action in ACTIONS:
        form = {"action": action, "_selected_action": chosen, "index": "0"}
        assert admin_client.post(list_of(model), form).status_code in (200, 302, 403)


@pytest.mark.parametrize("model", LISTS, ids=str)
def test_any_address_is_answered(admin_client, model):
    pages = [f"{list_of(model)}?{query}" for query in QUERIES] + [
        f"{list_of(model)}{key}/{page}/"
        for key in KEYS
        for page in ("change", "delete", "history")
    ]
    for page in pages:
        assert admin_client.get(page).status_code in (200, 302, 403, 404), page
