"""Which row is which person, how sure, and why. Knows no framework: values in, values out."""
