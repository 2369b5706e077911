"""Blank forms of the questionnaire and the diary, for spreadsheets, FHIR servers and ODK."""

from leaderful.forms.rosters import latest_wave, partners, teams
from leaderful.forms.survey import Choice, Survey
from leaderful.forms.written import FORMATS, Format, forms

__all__ = ["FORMATS", "Choice", "Format", "Survey", "forms", "latest_wave", "partners", "teams"]
