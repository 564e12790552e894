"""``python -m tests.abuse``: what people who mean harm send a bot, many times over.

    python -m tests.abuse mutated --requests 100000
    python -m tests.abuse fuzz --commands 10000 --workspaces 1000
    python -m tests.abuse crowd --connections 1200

Exit code 1 if anything was taken that should not be, or was not answered.
"""

import argparse
import asyncio
import sys

_SHOWN = 50


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = parser.add_subparsers(dest="kind", required=True)
    forged = kinds.add_parser("mutated", help="requests that Slack did not sign, or not so, or not now")
    forged.add_argument("--requests", type=int, default=100_000)
    forged.add_argument("--connections", type=int, default=200)
    strange = kinds.add_parser("fuzz", help="commands and payloads of any words and any shape, signed")
    strange.add_argument("--commands", type=int, default=10_000)
    strange.add_argument("--workspaces", type=int, default=40)
    silent = kinds.add_parser("crowd", help="connections that ask nothing, more than are taken")
    silent.add_argument("--connections", type=int, default=1200)
    for each in (forged, strange):
        each.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    if asked.kind == "mutated":
        from tests.abuse.mutated import mutated

        verdict = asyncio.run(mutated(asked.requests, seed=asked.seed, connections=asked.connections))
        lines, wrong = verdict.told(), verdict.wrong
    elif asked.kind == "crowd":
        from tests.abuse.crowd import crowd

        crowded = asyncio.run(crowd(asked.connections))
        lines, wrong = crowded.told(), crowded.wrong
    else:
        from tests.abuse.fuzz import fuzz

        found = asyncio.run(fuzz(asked.commands, seed=asked.seed, workspaces=asked.workspaces))
        lines, wrong = found.told(), found.wrong
    for line in (*lines, *(f"WRONG: {line}" for line in wrong[:_SHOWN])):
        print(line)
    print("as promised" if not wrong else f"NOT AS PROMISED: {len(wrong)}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
