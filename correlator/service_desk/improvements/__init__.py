"""The improvement register (SOP 7, 9): what was found, who mends it, who says that it is mended."""
