"""arXiv's categories as people name them: ``cs`` stands for every ``cs.…``. Case does not matter."""

from collections.abc import Iterable


def in_any(has: Iterable[str], wanted: Iterable[str]) -> bool:
    """Whether one of a paper's categories is one of those wanted, or belongs to one of them."""
    return not families(has).isdisjoint(c.lower() for c in wanted)


def families(categories: Iterable[str]) -> frozenset[str]:
    """The categories, and all that they belong to, in lower case: ``cs.CL`` -> ``{"cs.cl", "cs"}``."""
    found: set[str] = set()
    for category in categories:
        name = category.lower()
        while name:
            found.add(name)
            name = name.rpartition(".")[0]
    return frozenset(found)
