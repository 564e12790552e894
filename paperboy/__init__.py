"""The command line: wires the domain, the workers and the bots together, and is the only place that does."""

__version__ = "0.1.0"
