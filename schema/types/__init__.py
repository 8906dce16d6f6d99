"""The types of the schema, read off the catalogue; what is particular to a kind has its own module."""
