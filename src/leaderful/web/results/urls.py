"""The addresses of results."""

from __future__ import annotations

from django.urls import URLPattern, path

from leaderful.web.results import groups, releasing, sections, taking, what_if

urlpatterns: list[URLPattern] = [
    path("", releasing.results, name="results"),
    path("measure", releasing.measure, name="measure"),
    path("about-you", groups.preview, name="results-preview"),
    path("body", groups.own_body, name="results-body"),
    path("answers", taking.answers, name="take-answers"),
    path("script.js", sections.reading_script, name="results-script"),
    path("what-if", what_if.what_if, name="what-if"),
    path("what-if/run", what_if.run, name="run-what-if"),
    path("what-if/<uuid:simulation>/<slug:part>", sections.simulation, name="what-if-result"),
    path("what-if/<uuid:simulation>/look.css", sections.simulation_look, name="what-if-look"),
    path("<uuid:result>/release", releasing.release, name="release"),
    path("<uuid:result>/take-back", releasing.unrelease, name="unrelease"),
    path("<uuid:result>/download/<slug:form>", taking.download, name="download"),
    path("<uuid:result>/look.css", sections.look, name="results-look"),
    path("<uuid:result>/<slug:part>", sections.section, name="results-section"),
]
