"""Accounts, and the links that sign people in once."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class Accounts(BaseUserManager["Account"]):
    """Makes accounts."""

    def make(self, *, email: str = "", name: str = "", password: str | None = None) -> Account:
        """Make an account; without a password its owner signs in by links and codes alone."""
        account = self.model(email=email.strip().lower() or None, name=name.strip())
        account.set_password(password)
        account.save(using=self._db)
        return account

    def get_by_natural_key(self, username: str | None) -> Account:
        """Return the account of a mail address, however it is written."""
        return self.get(email=(username or "").strip().lower())


class Account(AbstractBaseUser):
    """Somebody who may sign in: with a mail address and password, or by a personal link or code."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("email address"), max_length=254, unique=True, null=True, blank=True)
    """In small letters; missing for those who have a printed code."""
    name = models.CharField(_("name"), max_length=200, blank=True)
    is_active = models.BooleanField(default=True)
    owns_server = models.BooleanField(default=False)
    """Whether they may start studies here."""
    created_at = models.DateTimeField(auto_now_add=True)

    objects = Accounts()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return f"account {self.pk}"


class Purpose(models.TextChoices):
    """What a link is for."""

    OWNER = "owner", _("make the owner's account")
    ROLE = "role", _("take up a role")
    ANSWER = "answer", _("answer")
    RETURN = "return", _("carry on on another device")
    PASSWORD = "password", _("set a new password")


class SignInLink(models.Model):
    """A personal link, and at wish a code to print, that signs somebody in once before it runs out.

    Neither is kept: only hashes are, so that whoever reads the database can sign in as nobody.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, null=True, related_name="links")
    """Missing in the link by which the owner's account is made."""
    purpose = models.CharField(max_length=10, choices=Purpose)
    secret_hash = models.CharField(max_length=64)
    code_hash = models.CharField(max_length=64, null=True, unique=True)
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["account", "purpose"]),)

    def __str__(self) -> str:
        return f"link {self.pk}"
