"""The served pages of the feeds, one module per kind of record."""
