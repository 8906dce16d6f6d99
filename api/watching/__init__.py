"""Watching the service: its log, its metrics, its traces."""
