"""Pages: each view reads, calls one function that does the work, and shows the answer."""
