"""An app with one slow kind of job, for the tests that kill its worker."""
