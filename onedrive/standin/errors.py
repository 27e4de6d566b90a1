"""What the stand-in refuses, in the terms of Microsoft's page "Error responses"."""


class StoreError(Exception):
    """A refusal: HTTP status, Graph's code, its text and the more specific code."""

    def __init__(self, status: int, code: str, message: str, inner: str = ""):
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.inner = inner


def invalid(message: str, inner: str = "") -> StoreError:
    return StoreError(400, "invalidRequest", message, inner)


def not_found(message: str = "The resource could not be found.") -> StoreError:
    return StoreError(404, "itemNotFound", message)


def name_taken(name: str) -> StoreError:
    text = f"An item named '{name}' already exists in the parent folder."
    return StoreError(409, "nameAlreadyExists", text)


def stale() -> StoreError:
    text = "ETag does not match current item's value"
    return StoreError(412, "resourceModified", text, "entityTagDoesNotMatch")
