"""Frames: their column names, their schemas, and the tables that hold them."""
