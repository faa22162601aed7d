"""Every read of screening, one module per entity. Each takes the viewer's scope."""
