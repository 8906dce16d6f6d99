"""What the analyses give, turned into pictures. `painters` says which results can be drawn, and how."""
