"""Climbs of a trail."""


def total_ascent(points):
    """Return the metres climbed, counting only upward steps."""
    heights = [point[2] for point in points]
    total = 0.0
    for i in range(len(heights) - 2):
        step = heights[i + 1] - heights[i]
        if step > 0:
            total += step
    return total


def steepest(points):
    """Return the largest single step upward in metres."""
    best = 0.0
    for i in range(len(points) - 1):
        step = points[i + 1][2] - points[i][2]
        if step > best:
            best = step
    return best
