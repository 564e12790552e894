"""Answers that get lost, and answers that ask to wait."""

from papers.delivery_models import State
from tests.chaos.stage import Cast, staged
from tests.chaos.verdict import Verdict, judge
from tests.fakes.smtp import Fault


async def lost_answers(count: int) -> list[Verdict]:
    """Each message is taken and its answer dropped: chat is asked, of letters nobody can say."""
    chats, emails = f"answer dropped, chat, {count} times", f"answer dropped, e-mail, {count} times"
    async with staged("--drop", "1") as stage:
        await stage.subscribe(Cast(chats=count))
        stage.start("planner"), stage.start("sender"), stage.start("sender")
        await stage.finish(count)
        chat = await judge(stage, chats, count)
    async with staged() as stage:
        stage.mailbox.script(*[Fault("end", hang_up=True, accept=True)] * count)
        await stage.subscribe(Cast(emails=count))
        stage.start("planner"), stage.start("sender"), stage.start("sender")
        await stage.finish(count)
        email = await judge(stage, emails, count)
        if email.unknown != count:
            email.wrong.append(f"{count - email.unknown} letters without an answer are not shown as unknown")
    return [chat, email]


async def told_to_wait(count: int) -> Verdict:
    """30 % of the messages are answered 429: none is sent before its Retry-After, whoever sends."""
    async with staged("--refuse", "0.3", "--retry-after", "3", limits="channel=1/1") as stage:
        await stage.subscribe(Cast(chats=count))
        stage.start("planner"), stage.start("sender"), stage.start("sender")
        await stage.finish(count, patience=240)
        verdict = await judge(stage, "429 to 30 %", count)
        events = stage.chat_events()
    broken = [event for event in events if event.kind == "violation"]
    verdict.wrong += [f"{one.channel}: {one.detail}" for one in broken]
    refused = sum(event.kind == "refused" for event in events)
    verdict.told.append(f"{refused} answers of {State.FAILED} attempts asked to wait, {len(broken)} were not heeded")
    return verdict
