"""Where papers come from: one file an upstream, found through ``registry``."""
