"""Structure: how the organisation hangs together."""
