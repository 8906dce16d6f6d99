"""What the graph consists of, in the standard library alone: kinds, catalogue, changes, snapshot, rules."""
