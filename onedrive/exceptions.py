"""Everything that can go wrong with OneDrive, as one family.

    OneDriveError
    ├── NotConfigured         client id, secret or root folder is missing or refused
    ├── NotConnected          no consent yet, or it was withdrawn: sign in again
    ├── SignInRefused         the code or the answer of the sign-in was not accepted
    ├── Unreachable           no answer, or not in time
    ├── BadAnswer             an answer that is not what Graph promises
    ├── DownloadFailed        the bytes did not arrive, or not those that were promised
    │   └── TooLarge          more bytes than we take
    └── GraphError            Graph answered with an error
        ├── TokenRefused      401
        ├── AccessDenied      403
        ├── ItemNotFound      404
        ├── NameTaken         409
        ├── Changed           412
        ├── InvalidName       400 for a name that OneDrive does not allow
        ├── OutsideRoot       the item is not below the root folder, or is the root
        ├── DriveFull         507
        ├── ResyncRequired    410
        ├── Throttled         429, 503 with a time to wait, 509
        └── ServiceFailed     5xx

`retryable` says whether trying again later can help without anybody changing
anything. `str(error)` is a sentence for people and holds no secret.
"""


class OneDriveError(Exception):
    retryable = False

    def __init__(self, message: str = "", *, code: str = "", request_id: str = ""):
        super().__init__(message or type(self).message)
        self.code = code
        self.request_id = request_id

    message = "OneDrive could not do this."


class NotConfigured(OneDriveError):
    message = "The OneDrive application is not configured."


class NotConnected(OneDriveError):
    message = "OneDrive is not connected: somebody has to sign in to it."


class SignInRefused(OneDriveError):
    message = "Microsoft did not accept this sign-in."


class Unreachable(OneDriveError):
    retryable = True
    message = "OneDrive did not answer."


class BadAnswer(OneDriveError):
    retryable = True
    message = "OneDrive answered something unexpected."


class DownloadFailed(OneDriveError):
    retryable = True
    message = "The file did not arrive whole."


class TooLarge(DownloadFailed):
    retryable = False
    message = "The file is larger than the gallery takes."


class GraphError(OneDriveError):
    """An error answer; `status` is its HTTP status, `code` Graph's most specific."""

    status = 0

    def __init__(
        self,
        message: str = "",
        *,
        code: str = "",
        request_id: str = "",
        status: int = 0,
    ):
        super().__init__(message, code=code, request_id=request_id)
        self.status = status or self.status


class TokenRefused(GraphError):
    status = 401
    message = "OneDrive did not accept our sign-in."


class AccessDenied(GraphError):
    status = 403
    message = "OneDrive does not allow this."


class ItemNotFound(GraphError):
    status = 404
    message = "It is not in OneDrive (any more)."


class NameTaken(GraphError):
    status = 409
    message = "Something of that name is already there."


class Changed(GraphError):
    status = 412
    message = "It was changed in OneDrive meanwhile."


class InvalidName(GraphError):
    status = 400
    message = "OneDrive does not allow this name."


class OutsideRoot(GraphError):
    status = 403
    message = "This is outside the gallery's folder in OneDrive."


class DriveFull(GraphError):
    status = 507
    message = "The OneDrive is full."


class ResyncRequired(GraphError):
    status = 410
    message = "OneDrive wants its list of changes to be read anew."


class Throttled(GraphError):
    """`retry_after` is the seconds OneDrive asked for, or None."""

    status = 429
    retryable = True
    message = "OneDrive asked us to wait."

    def __init__(
        self, message: str = "", *, retry_after: float | None = None, **kwargs
    ):
        super().__init__(message, **kwargs)
        self.retry_after = retry_after


class ServiceFailed(GraphError):
    status = 503
    retryable = True
    message = "OneDrive has a fault at the moment."
