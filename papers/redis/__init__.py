"""How Paperboy reaches Redis: a URL, or one of its own."""
