"""Every write of screening, one module per entity."""
