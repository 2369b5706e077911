"""The addresses of answering."""

from __future__ import annotations

from django.urls import URLPattern, path

from leaderful.web.collect import answering, diary, own, relations, withdrawing

urlpatterns: list[URLPattern] = [
    path("", answering.answer, name="answer"),
    path("statements/<slug:scale>", answering.statements, name="answer-scale"),
    path("relations", relations.bodies, name="answer-relations"),
    path("relations/<str:code>", relations.body, name="answer-relation"),
    path("people", relations.people, name="answer-people"),
    path("people/<int:other>", relations.person, name="answer-person"),
    path("done", answering.done, name="answer-done"),
    path("later", answering.later, name="answer-later"),
    path("diary", diary.diary, name="diary"),
    path("diary/new", diary.new_moment, name="new-moment"),
    path("diary/<int:moment>/remove", diary.remove_moment, name="remove-moment"),
    path("mine", own.mine, name="mine"),
    path("mine/network", own.network, name="mine-network"),
    path("mine/download", own.download, name="mine-download"),
    path("withdraw", withdrawing.withdraw, name="withdraw"),
]
