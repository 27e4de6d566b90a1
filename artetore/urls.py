"""The map of the site. The legacy routes stand in the apps, both spellings each."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.views import (
    SpectacularJSONAPIView,
    SpectacularSwaggerSplitView,
)

from artetore.views import home, no_icon, no_page

admin.site.index_title = "Home"

urlpatterns = [
    path("", home, name="home"),
    path("favicon.ico", no_icon),
    path("", include("accounts.urls")),
    path("", include("gallery.urls")),
    path("", include("onedrive.urls")),
    path("api/schema/", SpectacularJSONAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(), name="docs"),
    path("admin/", RedirectView.as_view(pattern_name="admin:index")),
    # Where Django leads on to public pages of rows. None has one, and for some keys
    # it fails.
    path("staff/r/<path:row>", no_page),
    path("staff/", admin.site.urls),
]

handler400 = "artetore.errors.bad_request"
handler403 = "artetore.errors.forbidden"
handler404 = "artetore.errors.not_found"
handler500 = "artetore.errors.server_error"
