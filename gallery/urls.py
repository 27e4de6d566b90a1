"""The original routes, each with and without its closing slash, and the pictures."""

from django.urls import re_path

from gallery import pictures, views

VARIANT = (
    r"^pictures/(?P<kind>thumbnail|preview)s/"
    r"(?P<name>[0-9a-f]{2}/[0-9a-f]{64}-[0-9]{1,9}\.webp)$"
)
ORIGINAL = (
    r"^pictures/originals/(?P<group>[0-9]{1,19})/(?P<image>[0-9]{1,19})/"
    r"(?P<file>[0-9a-f]{64}\.[a-z]{3,4})$"
)

urlpatterns = [
    re_path(r"^image/total-page/?$", views.TotalPageView.as_view()),
    re_path(r"^image/page/?$", views.PageView.as_view()),
    re_path(r"^image/group/?$", views.GroupView.as_view()),
    re_path(r"^image/?$", views.ImageView.as_view()),
    re_path(r"^image/download/?$", views.DownloadView.as_view()),
    re_path(VARIANT, pictures.VariantView.as_view()),
    re_path(ORIGINAL, pictures.OriginalView.as_view()),
    re_path(r"^admin/groups/?$", views.AdminGroupsView.as_view()),
    re_path(r"^admin/groups/images/?$", views.AdminImagesView.as_view()),
    re_path(r"^admin/image/?$", views.AdminImageView.as_view()),
    re_path(r"^admin/delete/image/?$", views.DeleteImageView.as_view()),
]
