"""Letting people and programs in: by a token of ours, or by a login elsewhere."""
