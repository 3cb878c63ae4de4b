"""The limits of the mock PIM: how often a caller may ask, and how many calls at once."""
