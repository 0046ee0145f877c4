"""How cases in which only callers tell are drawn."""

KINDS = {"aggregation": 4, "olt": 4, "splitter": 1}  # what breaks, and how often
FEWEST = 15  # customers below it; more than so many
CALLING = (0.05, 0.1)  # of those below, so many call
STRANGERS = (1, 4)  # calls about something else, besides those by habit
