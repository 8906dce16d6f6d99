"""The domain: model, commands, analyses, store, and the workspace in front of them.

A plain library: it knows neither GraphQL nor HTTP.
"""
