"""Words that were most likely to be others."""

_SHORT = 4


def is_typo(word: str, name: str) -> bool:
    """One letter wrong, missing, too many, or two exchanged; of a short name only the last: helm is not help."""
    if len(name) == len(word):
        wrong = [i for i, (a, b) in enumerate(zip(word, name, strict=True)) if a != b]
        exchanged = len(wrong) == 2 and wrong[1] == wrong[0] + 1 and word[wrong[0]] == name[wrong[1]]
        return (exchanged and word[wrong[1]] == name[wrong[0]]) or (len(wrong) == 1 and len(name) > _SHORT)
    short, long = sorted((word, name), key=len)
    return (
        len(long) - len(short) == 1
        and len(name) > _SHORT
        and any(long[:i] + long[i + 1 :] == short for i in range(len(long)))
    )
