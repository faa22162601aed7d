"""Every read of the registry for a screen: within the viewer's area, numbers masked."""
