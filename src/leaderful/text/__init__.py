"""Plans to passages to purposes: reading documents, finding the goals they speak of, and what they say of them."""
