"""Department files: contract, delivery, validation, quarantine, landing, and which row is which person."""
