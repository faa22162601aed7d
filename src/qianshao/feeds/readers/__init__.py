"""Every read of the feeds for a screen: within the viewer's area, identity numbers masked."""
