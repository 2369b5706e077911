"""Jobs: what is asked for, and how far it has got."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from leaderful.web.studies.models import Study


class State(models.TextChoices):
    """How a job stands."""

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")


UNDER_WAY = (State.WAITING, State.RUNNING)


class Job(models.Model):
    """Something long that somebody asked for."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="jobs")
    kind = models.CharField(max_length=20)
    asked = models.JSONField(default=dict)
    """What exactly; never an answer."""
    asked_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    progress = models.FloatField(default=0)
    """0 to 1."""
    started_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    """When its worker was last heard of."""
    finished_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    """How often it was begun; a worker whose job was begun anew by another is held to have lost it."""
    fault = models.CharField(max_length=60, blank=True)
    """Kind of the error it ended with; never its words, which may quote an answer."""

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["study", "kind"], condition=models.Q(state__in=UNDER_WAY), name="one_job_of_a_kind_at_a_time"
            ),
        )
        indexes = (models.Index(fields=["state", "asked_at"]),)

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
