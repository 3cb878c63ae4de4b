"""The contract kit: plays scenarios on a connector and judges what it did. Nothing is imported here: the pytest
plugin lies in this package, and every pytest loads it."""
