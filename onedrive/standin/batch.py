"""Many calls in one. Microsoft's page "Combine multiple HTTP requests using JSON
batching"."""

import json
from collections.abc import Callable

from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from .answers import json_answer
from .errors import StoreError, invalid

LARGEST = 20
OK = range(200, 400)

Answer = Callable[[Request], Response]


def answer_batch(request: Request, answer: Answer) -> Response:
    """Each call is judged alone; the answers come in another order."""
    calls = _checked(request.get_json(force=True, silent=True))
    done: dict[str, dict] = {}
    for call in calls:
        needs = [str(needed).lower() for needed in call.get("dependsOn", [])]
        if any(done.get(needed, {}).get("status") not in OK for needed in needs):
            done[call["id"].lower()] = _failed_dependency(call)
        else:
            done[call["id"].lower()] = _result(call, answer(_inner(request, call)))
    return json_answer({"responses": list(done.values())[::-1]})


def _checked(body: object) -> list[dict]:
    calls = body.get("requests") if isinstance(body, dict) else None
    if not isinstance(calls, list) or not 0 < len(calls) <= LARGEST:
        raise invalid(f"A batch holds 1 to {LARGEST} requests.")
    for call in calls:
        if not isinstance(call, dict) or not all(
            isinstance(call.get(key), str) for key in ("id", "method", "url")
        ):
            raise invalid("Each request needs an id, a method and a url.")
        if "://" in call["url"].partition("?")[0]:
            raise invalid("The url must be relative.")
        if not isinstance(call.get("headers", {}), dict):
            raise invalid("The headers must be an object.")
        if not isinstance(call.get("dependsOn", []), list):
            raise invalid("dependsOn must be a list.")
    if len({call["id"].lower() for call in calls}) != len(calls):
        raise invalid("The ids must differ.")
    return calls


def _inner(outer: Request, call: dict) -> Request:
    """The call as if it had come by itself, with the outer token."""
    headers = {"Authorization": outer.headers.get("Authorization", "")}
    headers |= {str(key): str(value) for key, value in call.get("headers", {}).items()}
    body = call.get("body")
    builder = EnvironBuilder(
        path="/v1.0/" + call["url"].lstrip("/"),
        method=call["method"].upper(),
        base_url=f"{outer.scheme}://{outer.host}",
        headers=headers,
        data=json.dumps(body) if isinstance(body, dict) else None,
    )
    return Request(builder.get_environ())


def _result(call: dict, answer: Response) -> dict:
    headers = {key: value for key, value in answer.headers if key != "Content-Length"}
    result = {"id": call["id"], "status": answer.status_code, "headers": headers}
    data = answer.get_data()
    if data:
        is_json = "json" in (answer.content_type or "")
        result["body"] = json.loads(data) if is_json else data.decode()
    return result


def _failed_dependency(call: dict) -> dict:
    error = StoreError(424, "failedDependency", "A request it depends on has failed.")
    body = {"error": {"code": error.code, "message": error.message}}
    return {"id": call["id"], "status": error.status, "headers": {}, "body": body}
