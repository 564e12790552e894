"""The domain: what a paper is, where it is kept, how it is found and ranked."""
