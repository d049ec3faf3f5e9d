"""Stands where the Python pilot's one library would be: this stand-in needs none of it."""
