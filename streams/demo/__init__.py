"""The demo: an invented operator's network, a story that happens in it, players that send it over the real doors."""
