"""The API: for programs what the pages are for people, by the same rules."""
