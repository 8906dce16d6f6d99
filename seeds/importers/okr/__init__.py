"""What the formats of OKRs share: the tree of items, their owners, and the periods they are for."""
