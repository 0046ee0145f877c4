"""From the rows of an inventory to arrays: numbers, layout, holes."""
