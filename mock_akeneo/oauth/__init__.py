"""Connections, tokens and grants: who calls, and what he may do."""
