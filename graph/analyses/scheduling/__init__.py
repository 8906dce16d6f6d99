"""Schedules: when work can be done, and what holds its end."""
