"""The least that a bot over HTTP can do: a route that checks the signature and says yes. What ours is measured against.

``python -m bench.bare_route --port PORT --secret SECRET`` serves until it is told to stop.
"""

import argparse

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.slack.signatures import Signed, is_true


def bare(secret: str) -> Starlette:
    async def take(request: Request) -> Response:
        headers = request.headers
        signed = Signed(timestamp=headers["x-slack-request-timestamp"], signature=headers["x-slack-signature"])
        return Response(status_code=200 if is_true(signed, await request.body(), secret) else 401)

    return Starlette(routes=[Route("/slack/events", take, methods=["POST"]), Route("/healthz", lambda _: Response())])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--secret", required=True)
    asked = parser.parse_args()
    uvicorn.run(bare(asked.secret), port=asked.port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
