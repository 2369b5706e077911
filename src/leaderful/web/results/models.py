"""Results of a study, of which only what everybody may see is kept, and simulations."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from leaderful.web.studies.models import Study, Wave


class State(models.TextChoices):
    """How results stand."""

    DRAFT = "draft", _("not released")
    RELEASED = "released", _("released")
    WITHDRAWN = "withdrawn", _("taken back")
    REPLACED = "replaced", _("replaced")


class Result(models.Model):
    """What was found at one time, protected; and, without a name, who was counted in what, for the ledger."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="results")
    wave = models.CharField(max_length=40, blank=True)
    """Code of the last wave in it; empty where it rests on public evidence alone."""
    left_out = models.JSONField(default=list)
    """Waves, and the diary under no code, that stay as they were seen before because too few people changed."""
    made_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(null=True)
    """When somebody first looked at it; from then on later results are held against it."""
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    released_at = models.DateTimeField(null=True)
    findings = models.BinaryField()
    """Parquet, after disclosure control."""
    page = models.TextField()
    """The report as one HTML file."""
    manifest = models.JSONField(default=dict)
    counted = models.JSONField(default=list)
    """The ledger: see `leaderful.web.results.guard.Counted`."""

    class Meta:
        ordering = ("-made_at",)

    def __str__(self) -> str:
        return f"results {self.pk}"


class RoundFile(models.Model):
    """The answers of a round without people, as they leave: made once, and the same for everybody who takes them."""

    wave = models.OneToOneField(Wave, on_delete=models.CASCADE, related_name="file")
    made_at = models.DateTimeField(auto_now_add=True)
    content = models.BinaryField()
    """A ZIP file; empty for good once somebody has withdrawn from the study."""

    def __str__(self) -> str:
        return f"file {self.pk}"


class Simulation(models.Model):
    """What a scenario did to simulated people."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="simulations")
    scenario = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    made_at = models.DateTimeField(auto_now_add=True)
    page = models.TextField()
    """A report of the system's public evidence, with the simulation in it."""

    class Meta:
        ordering = ("-made_at",)

    def __str__(self) -> str:
        return self.scenario
