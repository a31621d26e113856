"""Units."""

import os
import sys


def to_feet(metres):
	return metres * 3.28084


def to_miles(metres):
	return metres / 1609.344
