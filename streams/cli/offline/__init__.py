"""Commands that ask no service and change nothing: what a file's messages mean, which days are holidays."""
