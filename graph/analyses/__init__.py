"""Pure computations on a snapshot. The list of them is in `registry`."""
