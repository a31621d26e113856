"""Routing: which tier a request needs, decided by rules without a model."""
