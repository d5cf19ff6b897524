"""The clinic: people, records, live sessions and pages over the front door of cryodose.

The room computes nothing itself: what a page shows comes from `cryodose.plan` and its friends.
Who may do what stands in `access.py`, and nowhere else.
"""
