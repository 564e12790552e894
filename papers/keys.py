"""Every key Paperboy keeps in Redis: its name, type and life, in one place.

Keys used together in one script share the hash tag in braces, so a Redis Cluster keeps them on one node.

    key                          type    life      what
    pb:schema                    string  for good  version of this layout
    pb:paper:{ID}                hash    for good  one paper; indexed by the Query Engine
    pb:signals:{ID}              zset    for good  its signals: member name:value:time, score time (seconds)
    pb:aliases:BUCKET            hash    for good  digest of DOI or normalized title -> paper id
    pb:active                    zset    for good  paper id -> time of its newest signal
    pb:chart:{WINDOW}            zset    1 hour    paper id -> score, as of pb:chart:{WINDOW}:at
    pb:chart:{WINDOW}:at         string  1 hour    when the chart was computed
    pb:query:MODEL:DIGEST        string  settings  a query's embedding
    pb:embed:requests            list    seconds   queries waiting for a worker
    pb:embed:answer:ID           list    seconds   its answer
    pb:embed:alive:MODEL         string  seconds   set while any worker embeds with this model
    pb:worker:NAME               string  seconds   heartbeat of a worker
    pb:pace:UPSTREAM             string  minutes   who may ask an upstream when, as JSON; a hash for a quota
    pb:jobs                      stream  for good  taskiq's jobs that are waiting or running; a job done is deleted
    pb:planned:{pb:jobs}         hash    30 days   planned job -> its last time slot and entry in pb:jobs
    pb:dead:{pb:jobs}            list    100 long  jobs given up, the newest first, as JSON with their reasons
    pb:idx:MODEL                 index   for good  Query Engine index over pb:paper:*
"""

from hashlib import blake2b

PREFIX = "pb:"
SCHEMA = "pb:schema"
PAPER_PREFIX = "pb:paper:"
ACTIVE = "pb:active"
EMBED_REQUESTS = "pb:embed:requests"
JOBS = "pb:jobs"
JOBS_PLANNED = "pb:planned:{pb:jobs}"
JOBS_DEAD = "pb:dead:{pb:jobs}"

_ALIAS_BUCKETS = 512


def paper(paper_id: str) -> str:
    return f"{PAPER_PREFIX}{{{paper_id}}}"


def paper_id(key: str) -> str:
    """The id in a paper's key."""
    return key[len(PAPER_PREFIX) + 1 : -1]


def signals(paper_id: str) -> str:
    return f"pb:signals:{{{paper_id}}}"


def alias(kind: str, value: str) -> tuple[str, str]:
    """``(key, field)`` under which a DOI or title points at a paper; many small hashes pack tightly."""
    digest = blake2b(f"{kind}:{value}".encode(), digest_size=10).hexdigest()
    return f"pb:aliases:{int(digest[:8], 16) % _ALIAS_BUCKETS}", digest


def chart(window: str) -> str:
    return f"pb:chart:{{{window}}}"


def chart_time(window: str) -> str:
    return f"pb:chart:{{{window}}}:at"


def query_embedding(model: str, digest: str) -> str:
    return f"pb:query:{model}:{digest}"


def embed_answer(request_id: str) -> str:
    return f"pb:embed:answer:{request_id}"


def embed_alive(model: str) -> str:
    return f"pb:embed:alive:{model}"


def worker(name: str) -> str:
    return f"pb:worker:{name}"


def pace(upstream: str) -> str:
    return f"pb:pace:{upstream}"


def index(model_slug: str) -> str:
    return f"pb:idx:{model_slug}"
