"""Distances and climbs of mountain trails."""
