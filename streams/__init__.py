"""Who turns the handle: hosts, settings, the composition root, the command line. No decisions of the domain here."""
