"""Discord: receive, render, send. What is said is made in bot/, what is known in papers/."""
