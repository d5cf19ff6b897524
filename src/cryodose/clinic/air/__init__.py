"""The air of rooms, watched by sensors of its own day and night, whether or not a session runs."""
