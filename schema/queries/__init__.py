"""The fields of the query root."""
