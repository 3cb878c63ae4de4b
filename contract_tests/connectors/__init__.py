"""Worked examples of connectors as commands, in three languages: docs/connectors.md."""
