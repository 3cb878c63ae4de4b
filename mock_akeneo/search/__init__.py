"""The `search` parameter, as predicates."""
