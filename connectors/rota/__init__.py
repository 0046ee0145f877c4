"""Who is on duty when, and how they are reached: the operator's own file, read anew when it changes."""
