"""A log of who looked at or took out what; it only grows."""
