"""The commands there are: one table for who reads them from words and who explains them."""

from papers.models import Frozen


class Usage(Frozen):
    """How a command is written."""

    arguments: str
    """As people see it: in brackets what may be left out."""
    examples: tuple[str, ...]
    """Without what a command begins with."""
    more: str = ""
    """Told when somebody asks for this command."""


class Command(Usage):
    """As it is written in words. ``named``: where a platform has options with names, if that is different."""

    name: str
    does: str
    """A sentence."""
    named: Usage | None = None

    def usage(self, *, named: bool) -> Usage:
        return self.named if named and self.named else self


COMMANDS = (
    Command(
        name="search",
        arguments="WORDS",
        does="Finds papers by meaning and by words.",
        examples=(
            "search robots that learn from video",
            'search protein folding in:q-bio by:"Jane Roe" since:2026-03-01',
        ),
        more=(
            "Words that begin with no command are searched too. A search is narrowed with in: and a category, by: and "
            "an author, since: and a date."
        ),
        named=Usage(
            arguments="words:WORDS",
            examples=(
                "search words:robots that learn from video",
                "search words:protein folding category:q-bio author:Jane Roe since:2026-03-01",
            ),
            more="A search is narrowed with the options category, author and since.",
        ),
    ),
    Command(
        name="trending",
        arguments="[day|week|month] [CATEGORY…]",
        does="The papers people care about most.",
        examples=("trending", "trending day cs.CL", "trending month stat q-bio.NC"),
        more="A category is one of arXiv’s, such as cs.CL; cs stands for all of computer science.",
        named=Usage(
            arguments="[window:TIME] [category:CATEGORY…]",
            examples=(
                "trending",
                "trending window:today category:cs.CL",
                "trending window:this month category:stat q-bio.NC",
            ),
            more="A category is one of arXiv’s, such as cs.CL; cs stands for all of computer science.",
        ),
    ),
    Command(
        name="similar",
        arguments="PAPER",
        does="Papers like one you know.",
        examples=(
            "similar 2410.05258",
            "similar https://arxiv.org/abs/2410.05258",
            "similar attention is all you need",
        ),
        more="A paper is named by its arXiv id, its DOI, a link to it, or words of its title.",
        named=Usage(
            arguments="paper:PAPER",
            examples=(
                "similar paper:2410.05258",
                "similar paper:https://arxiv.org/abs/2410.05258",
                "similar paper:attention is all you need",
            ),
            more="A paper is named by its arXiv id, its DOI, a link to it, or words of its title.",
        ),
    ),
    Command(
        name="follow",
        arguments="[TOPIC]",
        does="Sends you new papers on a topic, after showing what last week would have brought.",
        examples=("follow diffusion models for proteins", "follow robots that learn from video, not surveys"),
        named=Usage(
            arguments="[topic:TOPIC]",
            examples=(
                "follow topic:diffusion models for proteins",
                "follow topic:robots that learn from video exclude:survey time:08:00 zone:Berlin",
            ),
            more=(
                "The options exclude, author, category and threshold say which papers; how-often, time and zone when "
                "they come. The form shows what that would have brought; without options it asks."
            ),
        ),
    ),
    Command(
        name="following",
        arguments="",
        does="What you follow and what comes here; change, pause or remove it.",
        examples=("following",),
    ),
    Command(
        name="subscribe",
        arguments="",
        does="Brings a digest of trending papers here, at the hour you choose.",
        examples=("subscribe",),
        named=Usage(
            arguments="",
            examples=("subscribe how-often:Daily time:08:00 zone:Berlin papers:5 category:cs.CL",),
            more=(
                "The options how-often, time, zone, papers and category say what comes and when; channel says where, "
                "if not here. What is not said stays as it is; without options a form asks."
            ),
        ),
    ),
    Command(name="saved", arguments="", does="The papers you saved.", examples=("saved",)),
    Command(name="settings", arguments="", does="Your time zone, hour and language.", examples=("settings",)),
    Command(name="export", arguments="", does="Everything Paperboy keeps of you, as a file.", examples=("export",)),
    Command(
        name="forget-me",
        arguments="",
        does="Erases everything Paperboy keeps of you.",
        examples=("forget-me",),
        more="You are asked before anything is erased.",
    ),
    Command(
        name="help",
        arguments="[COMMAND]",
        does="What there is, or how one command works.",
        examples=("help", "help search"),
        named=Usage(arguments="[command:COMMAND]", examples=("help", "help command:search")),
    ),
)
NAMES = tuple(command.name for command in COMMANDS)


def command_named(text: str) -> Command | None:
    """``search``, ``Search``, ``forget me``: the command of that name."""
    wanted = "-".join(text.casefold().replace("_", " ").replace("-", " ").split())
    return next((command for command in COMMANDS if command.name == wanted), None)
