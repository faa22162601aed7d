"""Areas over time: a tree with permanent keys, dated codes and names, and what became of merged villages."""
