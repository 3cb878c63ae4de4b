"""A local Akeneo PIM that you can break on purpose, and a contract kit for the connectors that talk to it."""

__version__ = "0.1.0"
