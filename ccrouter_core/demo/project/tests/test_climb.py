import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "src"))

from trailmap.climb import steepest, total_ascent


class Climb(unittest.TestCase):
    def test_up_and_down(self):
        self.assertEqual(total_ascent([(0, 0, 100.0), (0, 0, 300.0), (0, 0, 200.0), (0, 0, 200.0)]), 200.0)

    def test_steepest(self):
        self.assertEqual(steepest([(0, 0, 0.0), (0, 0, 5.0), (0, 0, 25.0)]), 20.0)
