"""Each route with and without its closing slash."""

from django.urls import path, re_path

from accounts import views

urlpatterns = [
    re_path(r"^login/?$", views.LoginView.as_view()),
    re_path(r"^auth/?$", views.AuthView.as_view()),
    re_path(r"^ip/?$", views.IpView.as_view()),
    path("staff/login/", views.staff_login),
]
