"""Lua of the job queue, run inside Redis: one file a script, named for the step it makes atomic."""
