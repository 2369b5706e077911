"""Studies between the web application and folders: taken up from one, and written as one."""

from typing import Final

TAKEN_UP: Final = "took up a study folder"
FETCHED: Final = "wrote the study as a folder"
"""What the log calls both."""
