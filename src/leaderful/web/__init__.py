"""The web application: collect answers and see results, for people who do not program."""
