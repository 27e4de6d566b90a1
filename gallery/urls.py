"""The original routes, each with and without its closing slash."""

from django.urls import re_path

from gallery import views

urlpatterns = [
    re_path(r"^image/total-page/?$", views.TotalPageView.as_view()),
    re_path(r"^image/page/?$", views.PageView.as_view()),
    re_path(r"^image/group/?$", views.GroupView.as_view()),
    re_path(r"^image/?$", views.ImageView.as_view()),
    re_path(r"^image/download/?$", views.DownloadView.as_view()),
    re_path(r"^admin/groups/?$", views.AdminGroupsView.as_view()),
    re_path(r"^admin/groups/images/?$", views.AdminImagesView.as_view()),
    re_path(r"^admin/image/?$", views.AdminImageView.as_view()),
    re_path(r"^admin/delete/image/?$", views.DeleteImageView.as_view()),
]
