"""The served pages of screening, one module per page."""
