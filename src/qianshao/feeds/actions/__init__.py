"""Every write to the feeds, one module per step of a file's journey."""
