"""GraphQL over the graph: types, queries, mutations and subscriptions. Knows no HTTP."""
