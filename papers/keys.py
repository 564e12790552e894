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
    pb:saved:{PERSON}            zset    for good  papers a person keeps -> when saved
    pb:preferences:{PERSON}      string  for good  a person's own settings, as JSON
    pb:voted:{PERSON}            zset    history   PLACE|PAPER a person voted on, also if taken back -> when
    pb:votes:{PLACE}:PAPER       hash    history   digest of a person -> 1 or -1; from the first vote on
    pb:asked:DIGEST              string  90 days   words that a button asks again, which do not fit into it
    pb:conversation:{PERSON}     string  90 days   in which conversation of the platform a person is written to
    pb:once:DIGEST               string  a while   something that is done once only was done
    pb:slack:installation:WHERE  string  for good  an installed workspace (T…) or organization (E…), sealed
    pb:slack:installations       set     for good  every WHERE there is
    pb:slack:renewing:WHERE      string  seconds   its token is being renewed (busy), or lately could not be (resting)
    pb:slack:organization:TEAM   string  for good  the organization (E…) whose installation serves a workspace
    pb:slack:workspaces:E…       set     for good  the workspaces of which that is known
    pb:slack:leaving             hash    for good  where an installation ended, Slack says -> JSON, until that is done
    pb:discord:commands          string  for good  digest of the commands that Discord was told of last
    pb:discord:untold            string  minutes   why Discord could not be told of them, for people
    pb:discord:invalid           hash    minutes   minute -> answers of Discord that count towards a ban
    pb:discord:stopped           string  minutes   why nothing is asked of Discord for a while
    pb:discord:refused:TOKEN     string  minutes   Discord does not take this token, of which a digest is named
    pb:discord:room:CHANNEL      string  days      what was learnt of a channel by being refused there
    pb:discord:named:INTERACTION string  an hour   what its asker may do in the channel that a command named, JSON
    pb:discord:shards            hash    seconds   part of the shards -> which process has it until when (ms of Redis);
                                                   "of" -> how many parts and shards there are
    pb:discord:identify:BUCKET   string  seconds   a shard of these has just identified
    pb:discord:starts            hash    minutes   minute -> starts of sessions that processes have taken for themselves
    pb:arrivals                  zset    60 days   papers not yet matched with topics: member ID, or ID|v2 of a new
                                                   version -> when it was first seen

Who wants what, and the ledger of deliveries: keys with the tag {ledger}, changed together (L is pb:{ledger}).

    L:subscription:ID            hash    for good  data (JSON), vec_MODEL (a topic's vector)
    L:subscriptions              zset    for good  subscription -> when it was made
    L:owner:DIGEST               set     for good  subscriptions of an owner
    L:destination:DIGEST         set     for good  subscriptions for a destination
    L:members:FEED               set     for good  subscriptions of a feed
    L:active:FEED                set     for good  those of them for which something is to be sent
    L:topics                     zset    for good  topic subscription -> revision of its last change
    L:topics:gone                zset    10,000    removed topic -> revision of its removal
    L:revision                   string  for good  counts changes of topics
    L:addresses                  hash    for good  reference of an e-mail address -> the address, encrypted
    L:pepper                     string  for good  what references are made with, encrypted
    L:feed                       hash    for good  feed -> JSON
    L:feeds                      zset    for good  feed -> when it is due next (seconds)
    L:newest                     hash    for good  feed -> the delivery planned last: older ones are not sent any more
    L:inbox:FEED                 hash    for good  paper -> JSON of the topics it matches, not yet told of
    L:told:FEED|DIGEST           zset    history   paper -> when it was told of; of a digest by feed, of topics by
                                                   destination
    L:delivery:ID                hash    history   one delivery (papers/deliveries.py)
    L:deliveries:DIGEST          zset    history   deliveries to a destination -> when planned
    L:state:STATE                zset    history   deliveries in a state -> since when
    L:waiting:LANE               zset    for good  deliveries that may be claimed -> from when on
    L:lanes:PLATFORM             zset    for good  lane with something waiting -> its next turn (ms of Redis)
    L:claimed:PLATFORM           zset    for good  delivery in somebody's hands -> end of the lease (ms of Redis)
    L:buckets                    zset    minutes   token bucket or pause -> when it is full, or over (ms of Redis)
    L:disabled                   hash    for good  reference of a destination -> JSON, why nothing is sent there
    L:epoch                      hash    for good  run of the Redis server; what may be sent but not recorded
"""

from collections.abc import Iterable
from hashlib import blake2b

PREFIX = "pb:"
SCHEMA = "pb:schema"
PAPER_PREFIX = "pb:paper:"
ACTIVE = "pb:active"
EMBED_REQUESTS = "pb:embed:requests"
SLACK_INSTALLATIONS = "pb:slack:installations"
SLACK_LEAVING = "pb:slack:leaving"
DISCORD_COMMANDS = "pb:discord:commands"
DISCORD_UNTOLD = "pb:discord:untold"
DISCORD_INVALID = "pb:discord:invalid"
DISCORD_STOPPED = "pb:discord:stopped"
DISCORD_SHARDS = "pb:discord:shards"
DISCORD_STARTS = "pb:discord:starts"
JOBS = "pb:jobs"
JOBS_PLANNED = "pb:planned:{pb:jobs}"
JOBS_DEAD = "pb:dead:{pb:jobs}"

ARRIVALS = "pb:arrivals"
LEDGER = "pb:{ledger}"

SUBSCRIPTIONS = f"{LEDGER}:subscriptions"
TOPICS = f"{LEDGER}:topics"
TOPICS_GONE = f"{LEDGER}:topics:gone"
TOPICS_REVISION = f"{LEDGER}:revision"
ADDRESSES = f"{LEDGER}:addresses"
PEPPER = f"{LEDGER}:pepper"
FEED = f"{LEDGER}:feed"
FEEDS = f"{LEDGER}:feeds"
NEWEST = f"{LEDGER}:newest"
DISABLED = f"{LEDGER}:disabled"

_ALIAS_BUCKETS = 512


def paper(paper_id: str) -> str:
    return f"{PAPER_PREFIX}{{{paper_id}}}"


def paper_id(key: str) -> str:
    """The id in a paper's key."""
    return key[len(PAPER_PREFIX) + 1 : -1]


def paper_ids(raw: Iterable[bytes]) -> list[str]:
    """The ids in papers' keys as Redis tells them."""
    start = len(PAPER_PREFIX) + 1
    return [key[start:-1].decode() for key in raw]


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


def saved(person: str) -> str:
    return f"pb:saved:{{{person}}}"


def preferences(person: str) -> str:
    return f"pb:preferences:{{{person}}}"


def voted(person: str) -> str:
    return f"pb:voted:{{{person}}}"


def votes(place: str, paper_id: str) -> str:
    return f"pb:votes:{{{place}}}:{paper_id}"


def asked(digest: str) -> str:
    return f"pb:asked:{digest}"


def conversation(person: str) -> str:
    return f"pb:conversation:{{{person}}}"


def once(digest: str) -> str:
    return f"pb:once:{digest}"


def slack_installation(where: str) -> str:
    return f"pb:slack:installation:{where}"


def slack_renewing(where: str) -> str:
    return f"pb:slack:renewing:{where}"


def slack_organization(team: str) -> str:
    return f"pb:slack:organization:{team}"


def slack_workspaces(organization: str) -> str:
    return f"pb:slack:workspaces:{organization}"


def discord_refused(token: str) -> str:
    return f"pb:discord:refused:{token}"


def discord_room(channel: str) -> str:
    return f"pb:discord:room:{channel}"


def discord_named(interaction: int) -> str:
    return f"pb:discord:named:{interaction}"


def discord_identify(bucket: int) -> str:
    return f"pb:discord:identify:{bucket}"


def subscription(subscription_id: str) -> str:
    return f"{LEDGER}:subscription:{subscription_id}"


def owner(digest: str) -> str:
    return f"{LEDGER}:owner:{digest}"


def destination(digest: str) -> str:
    return f"{LEDGER}:destination:{digest}"


def members(feed: str) -> str:
    return f"{LEDGER}:members:{feed}"


def active(feed: str) -> str:
    return f"{LEDGER}:active:{feed}"


def inbox(feed: str) -> str:
    return f"{LEDGER}:inbox:{feed}"


def told(name: str) -> str:
    return f"{LEDGER}:told:{name}"


def delivery(delivery_id: str) -> str:
    return f"{LEDGER}:delivery:{delivery_id}"


def deliveries(digest: str) -> str:
    return f"{LEDGER}:deliveries:{digest}"


def delivery_state(state: str) -> str:
    return f"{LEDGER}:state:{state}"


def waiting(lane: str) -> str:
    return f"{LEDGER}:waiting:{lane}"


def claimed(platform: str) -> str:
    return f"{LEDGER}:claimed:{platform}"


def lanes(platform: str) -> str:
    return f"{LEDGER}:lanes:{platform}"
