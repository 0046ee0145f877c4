"""Lists that may be long, a page at a time: `{"next": ...}` of an answer is the `cursor` of the next question."""
