"""Prints a trail."""

from trailmap.climb import total_ascent
from trailmap.geo import length


def describe(name, points):
    print("trail", name)
    print("length", round(length(points)))
    print("ascent", round(total_ascent(points)))
