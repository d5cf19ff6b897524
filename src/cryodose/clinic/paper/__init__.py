"""Records on paper: what is kept, as documents that can be printed and handed over."""
