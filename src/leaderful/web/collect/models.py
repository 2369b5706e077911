"""What people said, as they said it last."""

from __future__ import annotations

from django.db import models

from leaderful.web.studies.models import Person, Wave


class Consent(models.Model):
    """That somebody agreed to answer in a wave, to which words, and what else they agreed to."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="consents")
    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="+")
    words = models.CharField(max_length=64)
    """Hash of the words of the page."""
    network = models.BooleanField(default=False)
    """Whether they may be named in results on relations."""
    given_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["person", "wave"], name="one_consent_a_wave"),)

    def __str__(self) -> str:
        return "a consent"


class Answer(models.Model):
    """An answer to an item; without a value, that one is not able to say."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="answers")
    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="+")
    item = models.CharField(max_length=40)
    value = models.SmallIntegerField(null=True)
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["person", "wave", "item"], name="one_answer_an_item"),)

    def __str__(self) -> str:
        return "an answer"


class Relation(models.Model):
    """What somebody says of a body or a person they work with."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="relations")
    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="+")
    about_kind = models.CharField(max_length=10, choices=[("body", "body"), ("person", "person")])
    about = models.CharField(max_length=40)
    question = models.CharField(max_length=40)
    value = models.SmallIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["person", "wave", "about_kind", "about", "question"], name="one_relation"),
        )

    def __str__(self) -> str:
        return "a relation"


class Moment(models.Model):
    """A moment of leadership from somebody's diary."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="moments")
    time = models.DateTimeField()
    with_bodies = models.JSONField(default=list)
    with_tiers = models.JSONField(default=list)
    opener = models.CharField(max_length=40)
    behaviours = models.JSONField(default=list)
    taken = models.BooleanField()
    went_on_to = models.JSONField(default=list)
    reflection = models.TextField(blank=True, max_length=10_000)
    consent_text = models.BooleanField(default=False)
    code = models.CharField(max_length=40, blank=True)
    """Its code in the folder it was taken up from; empty for one noted here, whose code is made from its number."""

    def __str__(self) -> str:
        return "a moment"
