"""E-mail as a place to deliver to: letters, the links in them, and what comes back."""
