"""A study as the web application keeps it: its roles, its tables of bodies, its people and its waves."""

from __future__ import annotations

import uuid

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from leaderful.disclosure.rule import FEWEST_PEOPLE
from leaderful.framework import framework
from leaderful.web.accounts.models import Account


class Study(models.Model):
    """A study of one system."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=200)
    system = models.CharField(_("system"), max_length=40)
    """Code of the board of its system."""
    as_at = models.DateField()
    seed = models.PositiveBigIntegerField(default=1)
    minimum_people = models.PositiveSmallIntegerField(
        default=FEWEST_PEOPLE, validators=[MinValueValidator(FEWEST_PEOPLE)]
    )
    """Fewest people of whom anything is shown."""
    created_from = models.TextField(blank=True)
    synthetic = models.BooleanField(default=False)
    """Whether its evidence is made up, as that of an example; whatever is shown of it says so."""
    taken_up = models.CharField(max_length=64, unique=True, null=True, editable=False)
    """SHA-256 of the settings of the folder it was taken up from, so that none is taken up twice."""
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name

    @property
    def open_waves(self) -> models.QuerySet[Wave]:
        """The waves in which people are asked now, the last one first."""
        return self.waves.filter(opened_on__isnull=False, closed_on__isnull=True).order_by("-pk")


class Evidence(models.Model):
    """A table of a study that is not collected here: bodies, ties, purposes and what else was there at its start."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="evidence")
    table = models.CharField(max_length=40)
    content = models.BinaryField()
    """Parquet."""

    class Meta:
        constraints = (models.UniqueConstraint(fields=["study", "table"], name="one_table_of_a_name"),)

    def __str__(self) -> str:
        return self.table


class Role(models.TextChoices):
    """What somebody is in a study; those who answer are its people and have no other role."""

    STEWARD = "steward", _("steward")
    LEAD = "lead", _("organisation lead")
    RESEARCHER = "researcher", _("researcher")


class Member(models.Model):
    """Somebody's role in a study."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="members")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="roles")
    role = models.CharField(max_length=10, choices=Role)
    body = models.CharField(max_length=40, blank=True)
    """The body that an organisation lead sees."""
    approved_at = models.DateTimeField(null=True)
    """When a steward let a researcher have de-identified data."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["study", "account", "role", "body"], name="one_role_once"),
            models.CheckConstraint(
                condition=models.Q(role="lead") ^ models.Q(body=""), name="leads_and_nobody_else_have_a_body"
            ),
        )

    def __str__(self) -> str:
        return f"{self.role} of {self.study_id}"


class Wave(models.Model):
    """A round of asking."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="waves")
    code = models.CharField(max_length=40)
    name = models.CharField(_("name"), max_length=200)
    opened_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["study", "code"], name="one_wave_of_a_code"),)
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.name

    @property
    def is_open(self) -> bool:
        """Whether answers are taken."""
        return self.opened_on is not None and self.closed_on is None


class Person(models.Model):
    """Somebody who is asked, under a code that says nothing about them."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="people")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="answering")
    code = models.CharField(max_length=40)
    body = models.CharField(max_length=40)
    team = models.CharField(max_length=40, blank=True)
    tier = models.CharField(max_length=20, choices=[(tier.id, tier.name) for tier in framework().tiers])
    place = models.CharField(max_length=40, blank=True)
    invited_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["study", "code"], name="one_person_of_a_code"),
            models.UniqueConstraint(fields=["study", "account"], name="one_person_of_an_account"),
        )

    def __str__(self) -> str:
        return self.code


class Gone(models.Model):
    """That somebody who was invited withdrew, so that rates go on counting them and tell nothing; not who, nor when."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    """By chance, so that the order of rows is not that in which people withdrew."""
    wave = models.ForeignKey(Wave, on_delete=models.CASCADE, related_name="gone")
    body = models.CharField(max_length=40)
    tier = models.CharField(max_length=20)
    answered = models.BooleanField()

    def __str__(self) -> str:
        return "one who withdrew"


class Upload(models.Model):
    """A list of people that was read and is not kept yet: until somebody says so, or a day is over."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="uploads")
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    rows = models.JSONField()
    """The people in order, as `leaderful.web.studies.rosters.Row` has them."""
    receipt = models.JSONField()
    """What became of all the rows."""

    def __str__(self) -> str:
        return f"upload {self.pk}"


class Decision(models.Model):
    """What was made of a suggested link to a goal; without one the link is open and does not count."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="decisions")
    link = models.CharField(max_length=200)
    """Code of the link in the study's table ``links``."""
    confirmed = models.BooleanField()
    stance = models.CharField(max_length=20, blank=True)
    """What its words do with the goal, where that is not what was suggested."""
    by = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["study", "link"], name="one_decision_of_a_link"),)

    def __str__(self) -> str:
        return self.link


class Plan(models.Model):
    """A plan of a body that was added here, and what reading it suggested."""

    study = models.ForeignKey(Study, on_delete=models.CASCADE, related_name="plans")
    code = models.CharField(max_length=40)
    """Its code in the study's table ``documents``."""
    body = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    published = models.DateField()
    file = models.CharField(max_length=200)
    """The name it came under."""
    content = models.BinaryField()
    """The file until it is read, and nothing after that."""
    digest = models.CharField(max_length=64)
    """SHA-256 of the file."""
    read_at = models.DateTimeField(null=True)
    receipt = models.JSONField(default=dict)
    """Pages, passages and notes; or the problem it was not read for."""
    links = models.JSONField(default=list)
    """Rows of table ``links`` that it suggests."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["study", "code"], name="one_plan_of_a_code"),
            models.UniqueConstraint(fields=["study", "digest"], name="one_plan_of_a_file"),
        )
        ordering = ("pk",)

    def __str__(self) -> str:
        return self.title
