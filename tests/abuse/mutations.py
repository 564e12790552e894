"""What may become of a request of Slack between its sender and us. Each mutation makes it one to be refused."""

import random
from collections.abc import Callable
from dataclasses import replace

from tests.abuse.wire import FORM, JSON, KIND, SIGNATURE, STAMP, Request, signed

Dice = random.Random
Mutation = Callable[[Request, Dice, "Knowledge"], Request]

_STAMPS = [
    *(
        b"",
        b"abc",
        b"0",
        b"-1",
        b"1e9",
        b"1e99",
        b"inf",
        b"nan",
        b"0x10",
        b"1,5",
        b"None",
        b"true",
        b"\xd9\xa3\xd9\xa4",
    ),
    *(b"9" * 12, b"9" * 5000, b"1" * 13, b"\xb2", b"\xff\xfe", b"2026-03-31T12:00:00Z", b"{}", b"%31"),
]
_SIGNATURES = [
    *(b"", b"v0=", b"v0", b"=", b"v0=" + b"0" * 64, b"v0=" + b"f" * 64, b"v1=" + b"0" * 64, b"null", b"v0=v0=v0="),
    *(b"v0=" + "é".encode() * 32, b"v0=" + "٣".encode() * 64, b"v0=" + b"\xff" * 64, "🦊".encode() * 20),
    *(b"v0=" + b"a" * 60_000, b"\xed\xa0\x80", b"v0=" + b"0" * 63, b"v0=" + b"0" * 65),
]
_TYPES = [
    *(b"", b"text/plain", b"application/xml", b"multipart/form-data; boundary=x", b"application/octet-stream"),
    *(b"application", b";", b"application/json2", b"text/json", b"\xff", b"application/x-www-form-urlencoded2"),
]
_BODIES = [
    *(b"", b"[]", b"null", b'"x"', b"1", b"{", b"\xff\xfe", b"[" * 50_000, b'{"a":' * 5000, b'{"a": "\\ud800"}'),
    *(b'{"a": 1' + b"1" * 5000 + b"}", b'{"type": "event_callback"', b"NaN", b"\x00" * 100, b'{"a":1}{"a":1}'),
]
_FORMS = [
    *(
        b"payload=",
        b"payload=%5B%5D",
        b"payload=null",
        b"payload=%7B",
        b"payload=%FF",
        b"a=%ED%A0%80&command=%2Fpapers",
    ),
    *(b"", b"&&&", b"=", b"%", b"\xff", b"a=1&" * 200, b"payload=%7B%22a%22%3A%22%5Cud800%22%7D", b"text=help"),
]
_PATHS = [
    *(b"/", b"/slack", b"/slack/event", b"/slack/events2", b"/Slack/Events", b"//slack/events", b"/slack/events%00"),
    *(b"/slack/events/..", b"/../etc/passwd", b"/slack/%ff", b"/slack/events;a=b", b"/" + b"a" * 5000, b"*"),
    *(b"/confirm/x", b"/unsubscribe/x", b"/unsubscribe/" + b"A" * 500, b"/slack/oauth_redirect", b"/slack/install/x"),
]
_METHODS = [b"GET", b"HEAD", b"PUT", b"DELETE", b"PATCH", b"OPTIONS", b"TRACE", b"post", b"POSTS", b"PRI", b"P"]
_LENGTHS = [b"abc", b"-1", b"1e3", b"0x10", b"", b"9" * 40, b"1000000000", b"1 2", b"\xd9\xa3"]
_NO_HTTP = [
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),  # the hello of TLS
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"POST /slack/events\r\n\r\n",
    b"POST /slack/events HTTP/9.9\r\n\r\n",
    b"POST /slack/events HTTP/1.1\r\nno colon\r\n\r\n",
    b"POST /slack/events HTTP/1.1\r\nA\x00B: c\r\n\r\n",
    b"POST /slack/events HTTP/1.1\r\n: nothing\r\n\r\n",
    b"POST /" + b"x" * 100_000 + b" HTTP/1.1\r\n\r\n",
    b"POST /slack/events HTTP/1.1\r\n" + b"X-A: b\r\n" * 20_000 + b"\r\n",
    b"\r\n" * 50,
    b"\xff" * 300,
]
_MOST_BODY = 1024 * 1024


class Knowledge:
    """What somebody who listens may know: requests of Slack's that were taken, and one that was not sent yet."""

    def __init__(self, secret: bytes) -> None:
        self.secret = secret
        self.taken: list[Request] = []


def _flipped(text: bytes, dice: Dice) -> bytes:
    at = dice.randrange(len(text))
    return text[:at] + bytes([text[at] ^ (1 << dice.randrange(8))]) + text[at + 1 :]


def _resigned(request: Request, body: bytes, kind: bytes, know: Knowledge) -> Request:
    return signed(body, kind, know.secret, int(request.header(STAMP)))


def body_flipped(request: Request, dice: Dice, know: Knowledge) -> Request:
    return replace(request, body=_flipped(request.body, dice))


def body_cut_short(request: Request, dice: Dice, know: Knowledge) -> Request:
    return replace(request, body=request.body[: dice.randrange(len(request.body))])


def body_longer(request: Request, dice: Dice, know: Knowledge) -> Request:
    more = dice.choice([b" ", b"\x00", b"&text=subscribe", b"\n", dice.randbytes(50)])
    return replace(request, body=dice.choice([request.body + more, more + request.body]))


def stamp_flipped(request: Request, dice: Dice, know: Knowledge) -> Request:
    request.set(STAMP, _flipped(request.header(STAMP), dice))
    return request


def stamp_strange(request: Request, dice: Dice, know: Knowledge) -> Request:
    now = int(request.header(STAMP))
    request.set(STAMP, dice.choice([*_STAMPS, b"%d.0" % now, b"+%d" % now, b"0%d" % now, b"%d" % (now + 1)]))
    return request


def too_old_or_too_new(request: Request, dice: Dice, know: Knowledge) -> Request:
    """Signed with our secret, at another time."""
    stamp = max(0, int(request.header(STAMP)) + dice.choice([-310, 310, -3600, 3600, -(10**9), 10**9, 10**11]))
    return signed(request.body, request.header(KIND), know.secret, stamp)


def signature_flipped(request: Request, dice: Dice, know: Knowledge) -> Request:
    request.set(SIGNATURE, _flipped(request.header(SIGNATURE), dice))
    return request


def signature_strange(request: Request, dice: Dice, know: Knowledge) -> Request:
    good = request.header(SIGNATURE)
    odd = [good.upper(), good[3:], good[:-1], good + b"0", good + b"," + good, b'"' + good + b'"', good + b"\x00"]
    request.set(SIGNATURE, dice.choice([*_SIGNATURES, *odd]))
    return request


def anothers_secret(request: Request, dice: Dice, know: Knowledge) -> Request:
    secret = dice.choice([b"", b"guess", know.secret[:-1], know.secret + b" ", know.secret.upper(), dice.randbytes(16)])
    return signed(request.body, request.header(KIND), secret, int(request.header(STAMP)))


def header_missing(request: Request, dice: Dice, know: Knowledge) -> Request:
    for name in dice.choice([[STAMP], [SIGNATURE], [STAMP, SIGNATURE], [KIND]]):
        request.drop(name)
    return request


def header_doubled(request: Request, dice: Dice, know: Knowledge) -> Request:
    name = dice.choice([STAMP, SIGNATURE])
    more = (dice.choice([name, name.lower(), name.upper()]), dice.choice([request.header(name), b"0", b""]))
    request.headers.insert(dice.randrange(len(request.headers) + 1), more)
    return request


def came_before(request: Request, dice: Dice, know: Knowledge) -> Request:
    """One that was taken, again: as it was, or with what is not signed changed."""
    if not know.taken:
        return anothers_secret(request, dice, know)
    again = dice.choice(know.taken[-200:])
    headers = list(again.headers)
    if dice.random() < 0.5:
        dice.shuffle(headers)
        headers.append((b"X-Slack-Retry-Num", b"1"))
    return replace(again, headers=headers)


def anothers_signature(request: Request, dice: Dice, know: Knowledge) -> Request:
    """Time and signature of a request that was taken, on another body."""
    if not know.taken:
        return anothers_secret(request, dice, know)
    other = dice.choice(know.taken[-200:])
    request.set(STAMP, other.header(STAMP))
    request.set(SIGNATURE, other.header(SIGNATURE))
    return request


def of_no_kind(request: Request, dice: Dice, know: Knowledge) -> Request:
    """Signed, of a type that Slack does not send."""
    wrong = [FORM] if request.header(KIND) == JSON else [JSON]
    request.set(KIND, dice.choice(_TYPES + wrong))
    return request


def no_object(request: Request, dice: Dice, know: Knowledge) -> Request:
    """Signed, and nothing that Slack says."""
    if dice.random() < 0.5:
        return _resigned(request, dice.choice(_BODIES), JSON, know)
    return _resigned(request, dice.choice(_FORMS), FORM, know)


def elsewhere(request: Request, dice: Dice, know: Knowledge) -> Request:
    return replace(request, target=dice.choice(_PATHS))


def other_method(request: Request, dice: Dice, know: Knowledge) -> Request:
    return replace(request, method=dice.choice(_METHODS), last=True)


def forged_return(request: Request, dice: Dice, know: Knowledge) -> Request:
    """Back from Slack's page, as nobody sent us there."""
    state = dice.choice([b"", b"state=x&", b"state=%00&", b"state=" + b"A" * 900 + b"&", b"state=%ff&"])
    code = dice.choice([b"code=1.2.3", b"code=", b"error=access_denied", b"code=%3Cscript%3E", b""])
    cookies = [(b"Cookie", dice.choice([b"", b"x=y", b"paperboy=" + b"A" * 200]))]
    target = b"/slack/oauth_redirect?" + state + code
    return Request([*request.headers[:3], *cookies], b"", method=b"GET", target=target)


def wrong_length(request: Request, dice: Dice, know: Knowledge) -> Request:
    length = len(request.body)
    match dice.randrange(5):
        case 0:
            values, cut = [b"%d" % dice.randrange(length)], False
        case 1:
            values, cut = [b"%d" % (length + dice.randrange(1, 5000))], True
        case 2:
            values, cut = [b"%d" % length, b"%d" % (length - 1)], False
        case _:
            values, cut = [dice.choice(_LENGTHS)], True
    lengths = [(b"Content-Length", value) for value in values]
    return replace(request, headers=[*request.headers, *lengths], cut=cut, last=True)


def wrong_pieces(request: Request, dice: Dice, know: Knowledge) -> Request:
    """Transfer-Encoding: chunked, and no such chunks."""
    whole = b"%x\r\n%s\r\n0\r\n\r\n" % (len(request.body), request.body)
    bodies = [request.body, b"xyz\r\n" + request.body, whole[: len(whole) // 2], b"-5\r\nhello", b"f" * 40 + b"\r\n"]
    kinds = [b"chunked", b"chunked", b"gzip", b"chunked, chunked", b"identity", b"\xff"]
    headers = [*request.headers, (b"Transfer-Encoding", dice.choice(kinds))]
    if dice.random() < 0.3:
        headers.append((b"Content-Length", b"%d" % len(request.body)))
    return replace(request, headers=headers, body=dice.choice(bodies), cut=True)


def too_much(request: Request, dice: Dice, know: Knowledge) -> Request:
    body = request.body + b"&x=" + b"y" * (_MOST_BODY - len(request.body) - 2 + dice.choice([0, 1, 1000]))
    return replace(_resigned(request, body, FORM, know), last=True)


def no_http(request: Request, dice: Dice, know: Knowledge) -> Request:
    return Request(
        [], b"", raw=dice.choice([*_NO_HTTP, dice.randbytes(dice.randrange(1, 2000)) + b"\r\n\r\n"]), cut=True
    )


OFTEN: tuple[Mutation, ...] = (
    *(body_flipped, body_cut_short, body_longer, stamp_flipped, stamp_strange, too_old_or_too_new, signature_flipped),
    *(signature_strange, anothers_secret, header_missing, header_doubled, came_before, anothers_signature, of_no_kind),
    *(no_object, elsewhere, other_method, forged_return),
)
SELDOM: tuple[Mutation, ...] = (wrong_length, wrong_pieces, no_http)
"""Each costs a connection."""
HARDLY: tuple[Mutation, ...] = (too_much,)


def mutation(dice: Dice) -> Mutation:
    chance = dice.random()
    return dice.choice(HARDLY if chance < 0.002 else SELDOM if chance < 0.06 else OFTEN)
