"""The chat side: what a person can ask, and how each platform shows it. Never imports workers."""
