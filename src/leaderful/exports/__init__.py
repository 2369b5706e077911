"""What leaves for other programs: protected findings, the bodies they speak of and their ties, and nothing else."""

from leaderful.exports.contents import Contents, choose_rounds, refuse_unknown
from leaderful.exports.written import FORMATS, NAMES, Format, export_files

__all__ = ["FORMATS", "NAMES", "Contents", "Format", "choose_rounds", "export_files", "refuse_unknown"]
