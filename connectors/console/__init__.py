"""The live page: a screen that a shift can leave on the wall, read from the store, pushed as it changes."""
