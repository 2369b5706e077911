"""The addresses of signing in and out."""

from __future__ import annotations

from django.urls import path

from leaderful.web.accounts import views

urlpatterns = [
    path("sign-in", views.sign_in, name="sign-in"),
    path("sign-out", views.sign_out, name="sign-out"),
    path("code", views.code, name="code"),
    path("link/<str:token>", views.link, name="link"),
    path("forgotten", views.forgotten, name="forgotten"),
    path("account", views.own, name="account"),
]
