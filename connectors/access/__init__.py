"""Who may come in: bearer tokens, sessions of the page, the table of routes and roles, limits."""
