import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "src"))

from trailmap.geo import haversine, length


class Geo(unittest.TestCase):
    def test_no_distance(self):
        self.assertEqual(haversine((47.0, 11.0), (47.0, 11.0)), 0.0)

    def test_one_degree_of_latitude(self):
        self.assertAlmostEqual(haversine((0.0, 0.0), (1.0, 0.0)), 111195, delta=1)

    def test_length_adds_up(self):
        self.assertAlmostEqual(length([(0.0, 0.0), (1.0, 0.0), (2.0, 0.0)]), 222390, delta=2)
