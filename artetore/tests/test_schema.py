import pytest
from django.core.management import call_command


def test_the_api_is_documented_without_a_gap(tmp_path):
    path = tmp_path / "schema.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", file=str(path))
    documented = path.read_text()
    for route in ("/image/page/", "/admin/add/image/", "/login/", "/auth/"):
        assert f"\n  {route}:" in documented


@pytest.mark.parametrize("path", ["/api/docs/", "/api/schema/"])
def test_the_documentation_is_served(client, path):
    answer = client.get(path)
    assert answer.status_code == 200


def test_the_documentation_page_loads_nothing_from_elsewhere(client):
    page = client.get("/api/docs/").content.decode()
    assert "//cdn" not in page
    assert 'src="http' not in page
