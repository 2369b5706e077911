"""Long work, queued in the database and done beside the pages."""
