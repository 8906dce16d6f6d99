"""Dependencies: what they hit, and what is the matter with them."""
