"""Objectives and key results: what rolls up, where it leads, and who carries it."""
