"""paperboy subscribe, subscriptions, data: what people type, what they are told, and what is wrong in one line."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from tests.conftest import short_folder
from tests.paperboy.command import Paperboy, finish
from tests.paperboy.conftest import _end

pytestmark = pytest.mark.xdist_group("cli")
EMAIL = {"EMAIL_HOST": "127.0.0.1", "EMAIL_SENDER": "papers@example.org", "WEB_URL": "https://papers.example.org"}
ADA = "email:ada.lovelace@example.org"


@pytest.fixture(scope="module")
def desk() -> Iterator[Paperboy]:
    """A store without papers, for all tests here: each has destinations of its own."""
    desk = Paperboy(short_folder()).having(NOW="2026-03-01T00:00Z")
    yield desk
    _end(desk)


def failures(desk: Paperboy, code: int, *commands: Sequence[str | bytes]) -> list[str]:
    """The line of each of several commands that fail, run two at a time."""
    said = []
    for start in range(0, len(commands), 2):
        running = [desk.start(*command) for command in commands[start : start + 2]]
        said += [finish(one).failed(code) for one in running]
    return said


def test_asking_again_changes_what_is_there(desk: Paperboy) -> None:
    wish = ("subscribe", "--to", "console:again", "--weekdays", "--tz", "europe/berlin")
    made = desk.json(*wish)
    assert {name: made[name] for name in ("saved", "to", "owner", "state", "kind", "next_due", "description")} == {
        "saved": "made",
        "to": "console:again",
        "owner": "console:again",
        "state": "active",
        "kind": "digest",
        "next_due": "2026-03-02T08:00:00+00:00",
        "description": "Digest of 10 trending papers, on weekdays at 09:00 (Europe/Berlin)",
    }
    assert desk.json(*wish) == {**made, "saved": "unchanged"}
    changed = desk.json(*wish, "--time", "17:30", "--top", "3", "--min-score", "1.5", "--say-when-empty")
    assert (changed["saved"], changed["id"], changed["next_due"]) == (
        "changed",
        made["id"],
        "2026-03-02T16:30:00+00:00",
    )
    assert changed["digest"] == {
        "top": 3,
        "publish": False,
        "categories": [],
        "minimum_score": 1.5,
        "language": "en",
        "say_when_empty": True,
    }
    assert desk.run(*wish).out == (
        f"Unchanged: {made['id']}  Digest of 3 trending papers with a score of 1.5 or more, on weekdays at 17:30 "
        "(Europe/Berlin) to console:again: active, next 2026-03-02 16:30 UTC\n"
    )


def test_a_subscription_is_shown_changed_paused_resumed_and_removed(desk: Paperboy) -> None:
    made = desk.json("subscribe", "--to", "console:life", "--owner", "ada", "--weekly", "--on", "fri")
    start = made["id"][:6]
    assert (made["owner"], made["next_due"]) == ("ada", "2026-03-06T09:00:00+00:00")
    shown = desk.json("subscriptions", "show", start)
    assert shown == {name: value for name, value in made.items() if name != "saved"}
    told = [line.split(maxsplit=1) for line in desk.run("subscriptions", "show", start).out.splitlines()[1:]]
    assert ["to", shown["to"]] in told
    assert ["schedule.cadence", "weekly"] in told
    changed = desk.json("subscriptions", "change", start, "--time", "7:30", "--tz", "Asia/Tokyo", "--category", "cs.CL")
    assert (changed["next_due"], changed["digest"]["categories"]) == ("2026-03-05T22:30:00+00:00", ["cs.CL"])
    assert changed["schedule"]["weekday"] == 4
    paused = desk.json("subscriptions", "pause", start)
    assert (paused["state"], paused["next_due"], paused["paused"]) == ("paused", None, True)
    resumed = desk.json("subscriptions", "resume", start)
    assert (resumed["state"], resumed["next_due"]) == ("active", changed["next_due"])
    by_owner = desk.json("subscriptions", "list", "--owner", "ada")
    assert by_owner == desk.json("subscriptions", "list", "--to", "console:life") == [resumed]
    assert desk.json("subscriptions", "list", "--to", "console:life", "--owner", "bob") == []
    assert desk.run("subscriptions", "remove", start).out.endswith(" to console:life: removed\n")
    assert "no subscription" in desk.run("subscriptions", "show", start).failed(1)
    assert desk.run("subscriptions", "list", "--to", "console:life").out.startswith("No subscriptions. Try: ")


@pytest.mark.parametrize("spell", [{}, {"EMAIL_HOST": "127.0.0.1"}])
def test_a_destination_that_nothing_can_be_sent_to_is_refused(desk: Paperboy, spell: dict[str, str]) -> None:
    (said,) = failures(desk.having(**spell), 2, ("subscribe", "--to", ADA))
    assert "PAPERBOY_EMAIL" in said


def test_what_cannot_be_understood_is_named_in_one_line(desk: Paperboy, tmp_path: Path) -> None:
    wrong = {
        ("--to", "fax:12"): "console:NAME, file:PATH",
        ("--to", f"file:{tmp_path}"): "is a folder",
        ("--to", "email:ada@example.org\nBcc: eve@example.org"): "characters that none has",
        ("--to", "console:x", "--tz", "Europe/Belin"): "Europe/Berlin",
        ("--to", "console:x", "--time", "25:00"): "like 09:00",
        ("--to", "console:x", "--on", "friday"): "--weekly",
        ("--to", "console:x", "--daily", "--weekly"): "--daily and --weekly cannot both hold",
        ("--to", "console:x", "--top", "0"): "--top",
        ("--to", "console:x", "--min-score", "nan"): "--min-score",
        ("--to", "console:x", "--category", " "): "cs.CL",
        ("--to", "console:x", "--language", "klingon"): "pt-BR",
        ("--to", "console:x", "--owner", "a b"): "owner",
        ("--to", "slack:T1/C1"): "PAPERBOY_SLACK_BOT_TOKEN",
    }
    said = failures(desk, 2, *(("subscribe", *options) for options in wrong))
    for line, hint in zip(said, wrong.values(), strict=True):
        assert hint in line
    assert desk.json("subscriptions", "list", "--to", "console:x") == []


def test_what_a_digest_cannot_have_is_refused_and_leaves_it_as_it_is(desk: Paperboy) -> None:
    made = desk.json("subscribe", "--to", "console:fixed")
    change = ("subscriptions", "change", made["id"])
    said = failures(
        desk,
        2,
        (*change, "--threshold", "0.5"),
        (*change, "--threshold", "nan"),
        (*change, "--threshold", "2"),
        (*change, "--now"),
        (*change, "--quiet", "22:00-07:00"),
        (*change, "--min-score", "inf"),
    )
    assert all("--" in line for line in said)
    assert desk.json("subscriptions", "show", made["id"])["digest"] == made["digest"]


def test_an_id_that_is_none_is_named(desk: Paperboy) -> None:
    said = failures(
        desk,
        1,
        ("subscriptions", "show", ""),
        ("subscriptions", "pause", "nothing"),
        ("subscriptions", "remove", b"\xff\xfeabcd"),
        ("subscriptions", "resume", "x" * 10_000),
        ("deliveries", "retry", b"\xff\xfe"),
        ("deliveries", "retry", "nothing"),
        ("deliveries", "bounced", "/nowhere/at/all"),
    )
    assert all("no subscription" in line for line in said[:4])
    assert all("no delivery" in line for line in said[4:6])
    assert "no such file" in said[6]


def test_a_person_s_data_are_shown_sealed_anew_and_erased(desk: Paperboy) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    own = Paperboy(short_folder()).having(NOW="2026-03-01T00:00Z", **EMAIL)
    mine = own.having(SECRET_KEYS=old)
    try:
        asked = mine.run("subscribe", "--to", ADA)
        assert asked.out.startswith("Made: ")
        assert "unconfirmed\nA letter asks the address for confirmation" in asked.out
        exported = mine.run("data", "export", ADA).json()
        assert (exported["person"], exported["address_kept"], len(exported["subscriptions"])) == (ADA, True, 1)
        assert [d["kind"] for d in exported["deliveries"]] == ["confirmation"]

        assert own.having(SECRET_KEYS=f"{new},{old}").json("data", "reseal") == {
            "addresses": 1,
            "slack_installations": 0,
        }
        mine = own.having(SECRET_KEYS=new)
        assert mine.json("subscriptions", "list")[0]["to"] == ADA
        stranger = own.having(SECRET_KEYS=Fernet.generate_key().decode())
        assert "PAPERBOY_SECRET_KEYS" in stranger.run("subscriptions", "list").failed(1)

        assert mine.run("data", "forget", ADA).out == "Forgotten, with 1 subscription and everything sent for them.\n"
        assert "nothing is kept" in mine.run("data", "export", ADA).failed(1)
        assert mine.json("data", "forget", ADA) == {"subscriptions": 0}
        assert mine.json("subscriptions", "list") == mine.json("deliveries", "list") == []
    finally:
        _end(own)


def test_a_letter_that_is_no_report_disables_nothing(desk: Paperboy, tmp_path: Path) -> None:
    letter = tmp_path / "letter.eml"
    letter.write_bytes(b"From: eve@example.org\nSubject: hello\n\nDelivery has failed, believe me.\n")
    for said in (desk.run("deliveries", "bounced", letter), desk.run("deliveries", "bounced")):
        assert (said.code, said.out) == (0, "This is no report on a letter of ours; nothing was done.\n")
    assert json.loads(desk.run("deliveries", "list", "--json").out) == []
