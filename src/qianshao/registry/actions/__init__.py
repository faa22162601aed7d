"""Every write to the registry, one module per entity."""
