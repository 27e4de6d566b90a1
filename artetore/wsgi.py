import os
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.core.wsgi import get_wsgi_application
from django.utils.http import parse_header_parameters
from django.utils.module_loading import import_string

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "artetore.settings")


class Request(WSGIRequest):
    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        """Read queries and forms as UTF-8, whatever `charset` their sender names.

        Django takes any that Python knows. Some of those decode no text ("hex"), and
        it fails before any middleware or error page of ours.
        """
        try:
            self.content_type, self.content_params = parse_header_parameters(
                meta.get("CONTENT_TYPE", "")
            )
        except ValueError:
            # The framework of the API would parse it again.
            meta["CONTENT_TYPE"] = self.content_type = ""
            self.content_params = {}


site = get_wsgi_application()
site.request_class = Request

# By name, as it can be loaded only when the apps are.
application = import_string("artetore.ready.ReadyAnswers")(site)
