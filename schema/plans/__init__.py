"""Compiled operations: a validated document becomes a plan that walks the snapshot and writes JSON.

What a plan gives is what graphql-core's executor gives, byte for byte; it is chosen for a whole
operation or not at all. No text of a client becomes source code: a plan is made of closures over
the schema's own resolvers, and response keys are data in it.
"""
