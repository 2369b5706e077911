"""What people agree to, in words, and the hash that says to which words."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leaderful.framework import framework
from leaderful.web.collect.asking import blocks
from leaderful.web.studies.models import Study


@dataclass(frozen=True)
class Part:
    """A heading, and what stands under it."""

    heading: str
    sentences: tuple[str, ...]


def consent_parts(study: Study) -> tuple[Part, ...]:
    """Return what taking part in a study means."""
    return (_asked(), _seen(study), _named(), _stopping())


def network_words() -> str:
    """Return what somebody agrees to who ticks the box; taking part does not hang on it."""
    return _("My name may appear in results on who works with whom")


def words_hash(study: Study) -> str:
    """Return the SHA-256 of all that the page asks people to agree to, in their language."""
    texts = [text for part in consent_parts(study) for text in (part.heading, *part.sentences)]
    return hashlib.sha256("\n".join([*texts, network_words()]).encode()).hexdigest()


def _asked() -> Part:
    count = sum(len(block.scale.items) for block in blocks())
    return Part(
        _("What we ask"),
        (
            ngettext(
                "How far you agree with %(count)d short statement.",
                "How far you agree with %(count)d short statements, four to a page.",
                count,
            )
            % {"count": count},
            _("Which organisations and people you work with, and how that goes."),
            _("The statements take about six minutes. The rest takes as long as you like to give it."),
            _("You may leave out anything. “%(unable)s” is a good answer.") % {"unable": framework().instrument.unable},
            _("The questions are new. Nobody has shown yet that they measure what they are meant to measure."),
        ),
    )


def _seen(study: Study) -> Part:
    return Part(
        _("Who sees what"),
        (
            _("No page shows your answers to anybody but you: not to your employer, nor to whoever runs the study."),
            _("Results are about groups. A group of fewer than %(minimum)d people is hidden.")
            % {"minimum": study.minimum_people},
            _(
                "Whoever runs the study sees how many people answered, by organisation and seniority. Small numbers "
                "are hidden there too."
            ),
            _(
                "Researchers whom the study approves may get the answers of a round without names. When somebody "
                "withdraws, that file is removed for good. Copies that were taken out before cannot be called back."
            ),
            _("Answers are kept under a code, on the server of this study."),
        ),
    )


def _named() -> Part:
    return Part(
        _("People by name"),
        (
            _("Others may say that they turn to you, and you may say that you turn to them."),
            _("Your name appears in results on who works with whom only if you tick the box below."),
        ),
    )


def _stopping() -> Part:
    return Part(
        _("How to stop"),
        (
            _("Taking part is your choice. You can stop at any time, and nothing happens to you if you do."),
            _("What you fill in is saved as you go, so you can carry on later or on another device."),
            _("You can see, change and download what you said."),
            _(
                "You can withdraw: then all you said is removed, with what others said of you by name. Results that "
                "somebody has looked at before stay as they are. They count you in groups, and show no single "
                "person's answers. New results leave you out."
            ),
            _("If you withdraw, you stay counted, without a name, in the numbers of how many answered."),
        ),
    )
