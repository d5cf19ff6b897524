"""The command line: reads options, calls the front door, shows the answer. It computes nothing."""
