"""What ``make bench`` runs: each file one question, answered as numbers with what limits them, as JSON.

Machines are noisy, so a speed is a ratio of two things measured in one run wherever that can be.
"""
