"""The commands, a file each; `streams.__main__` lists them."""
