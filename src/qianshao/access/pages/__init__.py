"""Sign-in, accounts and grants, audit events."""
