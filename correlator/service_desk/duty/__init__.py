"""Those on duty, whom nobody here knows by name: who is called about a ticket, and until when."""
