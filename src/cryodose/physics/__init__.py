"""One short pure function for each formula; arrays in, arrays out; no people, files or screens."""
