"""The addresses of what stewards do."""

from __future__ import annotations

from django.urls import URLPattern, path

from leaderful.web.studies import codes, invitations, log, overview, people, plans, roles, rounds, threads

urlpatterns: list[URLPattern] = [
    path("new", overview.new_study, name="new-study"),
    path("<uuid:study>/", overview.study, name="study"),
    path("<uuid:study>/preview", overview.preview, name="preview"),
    path("<uuid:study>/people", people.people, name="people"),
    path("<uuid:study>/people/template", people.people_template, name="people-template"),
    path("<uuid:study>/people/upload", people.upload_people, name="upload-people"),
    path("<uuid:study>/people/uploads/<int:upload>", people.uploaded_people, name="uploaded-people"),
    path("<uuid:study>/people/uploads/<int:upload>/drop", people.drop_upload, name="drop-upload"),
    path("<uuid:study>/people/<int:person>/remove", people.remove_person, name="remove-person"),
    path("<uuid:study>/invite", invitations.invite, name="invite"),
    path("<uuid:study>/remind", invitations.remind, name="remind"),
    path("<uuid:study>/codes", codes.codes, name="codes"),
    path("<uuid:study>/waves/new", rounds.new_wave, name="new-wave"),
    path("<uuid:study>/waves/<slug:wave>/open", rounds.open_wave, name="open-wave"),
    path("<uuid:study>/waves/<slug:wave>/close", rounds.close_wave, name="close-wave"),
    path("<uuid:study>/roles", roles.roles, name="roles"),
    path("<uuid:study>/roles/<int:member>/remove", roles.remove_role, name="remove-role"),
    path("<uuid:study>/roles/<int:member>/approve", roles.approve_researcher, name="approve-researcher"),
    path("<uuid:study>/threads", threads.threads, name="threads"),
    path("<uuid:study>/threads/<slug:link>", threads.thread, name="thread"),
    path("<uuid:study>/plans", plans.upload_plan, name="upload-plan"),
    path("<uuid:study>/plans/<slug:plan>/drop", plans.drop_plan, name="drop-plan"),
    path("<uuid:study>/log", log.log, name="log"),
]
