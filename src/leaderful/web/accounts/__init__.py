"""People who may sign in, and the links and codes that let them."""
