"""Who may see and do what, where; what is encrypted; and the evidence of every change."""
