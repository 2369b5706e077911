"""What can go wrong, as one small tree; each class has its exit code."""

from __future__ import annotations


class LeaderfulError(Exception):
    """Anything the user can put right. The message says how; it never repeats a person's answer."""

    exit_code = 1


class UnknownNameError(LeaderfulError):
    """A system, construct, table or date that leaderful does not know."""

    exit_code = 3


class StudyNotFoundError(LeaderfulError):
    """A folder that holds no study, already holds one, or cannot be read or written."""

    exit_code = 4


class UnreadableFileError(LeaderfulError):
    """A file that cannot be read as a table: encoding, size, emptiness, format."""

    exit_code = 5


class WrongColumnsError(LeaderfulError):
    """A table whose columns are missing, unknown or repeated."""

    exit_code = 6


class BadValuesError(LeaderfulError):
    """Cells of the wrong type or outside what is allowed, codes mangled by a spreadsheet among them."""

    exit_code = 7


class BrokenKeysError(LeaderfulError):
    """Keys that repeat, and references to rows that are not there."""

    exit_code = 8


class BrokenStructureError(LeaderfulError):
    """Rows that are each in order but not together: dates reversed, cycles, a body outside its dates."""

    exit_code = 9


class DisclosureError(LeaderfulError):
    """A release that would let a reader learn about a small group."""

    exit_code = 10
