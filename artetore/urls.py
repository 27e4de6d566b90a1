"""The map of the site. The legacy routes stand in the apps, both spellings each."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", include("accounts.urls")),
    path("", include("gallery.urls")),
    path("", include("onedrive.urls")),
    path("admin/", RedirectView.as_view(pattern_name="admin:index")),
    path("staff/", admin.site.urls),
]
