"""Answers from the products people use, brought into the tables of a study, with a receipt for every row."""

from leaderful.study.importing.guessing import guess
from leaderful.study.importing.importer import Imported, import_files

__all__ = ["Imported", "guess", "import_files"]
