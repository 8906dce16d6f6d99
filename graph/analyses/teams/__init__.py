"""Teams: which of them hold others up, and why."""
