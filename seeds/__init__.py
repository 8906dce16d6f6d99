"""Whatever fills a graph: the document, importers of other formats, synthetic organisations, data."""
