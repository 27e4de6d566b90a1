"""The original routes, each with and without its closing slash."""

from django.urls import re_path

from onedrive import views

urlpatterns = [
    re_path(r"^admin/auth/code/?$", views.AuthCodeView.as_view()),
    re_path(r"^admin/onedrive/connect/?$", views.ConnectView.as_view()),
    re_path(r"^admin/onedrive/folders/?$", views.FoldersView.as_view()),
    re_path(r"^admin/onedrive/add-folder/?$", views.AddFolderView.as_view()),
    re_path(r"^admin/onedrive/rename/?$", views.RenameView.as_view()),
    re_path(r"^admin/onedrive/delete-folder/?$", views.DeleteView.as_view()),
    re_path(r"^admin/onedrive/upload-session/?$", views.UploadSessionView.as_view()),
    re_path(r"^admin/add/image/?$", views.AddImagesView.as_view()),
]
