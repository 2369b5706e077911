"""Results: worked out, looked at, released, taken out."""
