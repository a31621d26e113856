"""Figures with their yardsticks, measured in the same run: `python -m benchmarks [NAME ...]`."""
