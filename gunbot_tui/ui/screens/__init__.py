"""The screens on the digit keys."""
