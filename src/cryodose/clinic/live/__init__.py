"""Live sessions: events are written down at once, and the state follows from them alone."""
