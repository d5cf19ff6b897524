"""Every step of the database, forward."""
