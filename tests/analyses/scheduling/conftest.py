"""Data that may not lie in this repository is tested where it is at hand."""

from pathlib import Path

PSPLIB = Path(__file__).parents[4] / "shared" / "data" / "schedules" / "j301_1.sm"
collect_ignore = [] if PSPLIB.is_file() else ["test_psplib.py"]
