"""The fields of the mutation root: one per command and kind, read off the catalogue."""
