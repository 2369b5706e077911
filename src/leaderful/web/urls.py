"""The addresses of all pages."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from leaderful.web import home

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("alive", home.alive, name="alive"),
    path("", include("leaderful.web.accounts.urls")),
    path("studies/", include("leaderful.web.studies.urls")),
    path("studies/<uuid:study>/answer/", include("leaderful.web.collect.urls")),
    path("studies/<uuid:study>/results/", include("leaderful.web.results.urls")),
]

if settings.SINGLE_SIGN_ON:
    urlpatterns.append(path("", include("leaderful.web.accounts.oidc")))

handler400 = "leaderful.web.faults.bad_request"
handler403 = "leaderful.web.faults.forbidden"
handler404 = "leaderful.web.faults.not_found"
handler500 = "leaderful.web.faults.server_error"
