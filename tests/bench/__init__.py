"""The bench itself: what it keeps and compares."""
