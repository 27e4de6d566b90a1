"""One module per folder of the collection: an idea, its palettes, its pictures."""
