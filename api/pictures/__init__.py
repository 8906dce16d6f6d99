"""Pictures of parts of the graph: a neutral model of boxes and lines, and the forms it is drawn in.

`tree` makes a picture of trees; `svg`, `mermaid` and `dot` write any picture. What computes places
(`layout`), measures text (`lettering`) and writes marks (`elements`) knows nothing of trees.
"""
