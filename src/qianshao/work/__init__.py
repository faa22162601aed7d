"""What people and the machine still have to do: clocks and background jobs."""
