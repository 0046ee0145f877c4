"""All that an engine knows, in its parts: what is told, who speaks for whom, who accounts for it, who is silent."""
