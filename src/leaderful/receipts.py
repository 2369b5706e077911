"""What became of the rows that were read: how many were kept, and where, what and why for the rest."""

from __future__ import annotations

from dataclasses import dataclass

from leaderful.errors import LeaderfulError


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong with what was read, and how to put it right."""

    file: str
    row: int | None
    """Line in the file, counted from 1; None when the whole file is meant."""
    column: str | None
    kind: type[LeaderfulError]
    message: str
    """What was given, what is allowed and what to do next; never a person's answer."""

    @property
    def where(self) -> str:
        """File, row and column, as far as they are known."""
        parts = [self.file]
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.column is not None:
            parts.append(f"column {self.column}")
        return ", ".join(parts)


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """Rows that are in order but not asked for, such as closed or Welsh bodies, with the reason."""

    reason: str
    rows: tuple[int, ...]

    @property
    def text(self) -> str:
        """The reason, how many rows, and the first few of them."""
        shown = ", ".join(str(row) for row in self.rows[:5])
        more = ", ..." if len(self.rows) > 5 else ""
        return f"{len(self.rows):,} left out: {self.reason} (row {shown}{more})"


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """How many rows of one source were read and kept, and what became of the others."""

    source: str
    read: int
    kept: int
    problems: tuple[Problem, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()
    """What a reader should know although no row was lost by it."""

    @property
    def rejected(self) -> int:
        """How many rows were read and not kept."""
        return self.read - self.kept

    @property
    def worst(self) -> type[LeaderfulError] | None:
        """The class of problem with the lowest exit code, or None when nothing is wrong.

        Exit codes rise from a file that cannot be read to rows that do not fit together, and
        what is wrong first hides what comes after.
        """
        return min((problem.kind for problem in self.problems), key=lambda kind: kind.exit_code, default=None)

    def text(self, *, limit: int = 20) -> str:
        """Return plain lines for the terminal, naming at most `limit` problems."""
        lines = [f"{self.source}: {self.read:,} read, {self.kept:,} kept, {self.rejected:,} not kept"]
        lines += [f"  {problem.where}: {problem.message}" for problem in self.problems[:limit]]
        if len(self.problems) > limit:
            lines.append(f"  and {len(self.problems) - limit:,} more")
        lines += [f"  {group.text}" for group in self.left_out]
        lines += [f"  note: {note}" for note in self.notes]
        return "\n".join(lines)
