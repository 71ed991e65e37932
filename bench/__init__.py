"""Measurements of the whole program from outside, in a pseudo-terminal."""
