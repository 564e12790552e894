"""Words that no search looks for.

Besides English's grammar words, those that half the abstracts are made of ("we propose a method …"): they tell
papers apart no better, and left in the index they took 85 bytes of Redis a paper.
"""

_GRAMMAR = """
about above after again against all also although am among and any are as at be because been before being below
between both but by cannot could did does doing down during each either few for from further had has have having here
how however if in into is it its itself just more most must nor not now of off on once only or other our ours out over
own same she should some such than that the their them themselves then there these they this those though through
thus to too under until up upon us very via was we were what when where whereas whether which while who whom whose
why with within without would yet your yours
"""
_PAPERS = """
approach based existing method methods paper propose proposed result results show shows use used uses using
"""
_NAMES = "a an can do her he his i may me my no so will you"
"""Names of people as well: A. Yang, An Yang, Quoc Do, Ozan Can."""

UNINDEXED = frozenset((_GRAMMAR + _PAPERS).split())
"""Left out of the index, authors' names included."""
UNASKED = UNINDEXED | frozenset(_NAMES.split())
"""Left out of queries."""
