"""The ``film`` command: arguments to calls. Everything heavy is imported by the command that needs it."""

from __future__ import annotations

import gc
import re
import sys
from functools import partial
from pathlib import Path
from typing import Annotated, Literal

import typer

from runtime.cli.helping import Command, Group, version_asked

_NAMES = {"help_option_names": ["--help", "-h"]}
app = typer.Typer(
    name="film",
    cls=Group,
    help="Film as code: write, check, plan and build a film from a .film source.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings=_NAMES,
)
command = partial(app.command, cls=Command)

Format = Literal["text", "json"]
Source = Annotated[Path, typer.Argument(help="A .film or .fountain file, or a project folder.", metavar="FILE|FOLDER")]
Profile = Annotated[
    str, typer.Option("--profile", help="previz (rendered motion) or board (one still per beat).", metavar="NAME")
]
Formats = Annotated[Format, typer.Option("--format", help="text, or json for programs.")]
Size = Annotated[
    str, typer.Option("--size", help="Frame size as WIDTHxHEIGHT instead of the film's own.", metavar="WxH")
]
Edition = Annotated[
    str, typer.Option("--edition", help="The cut of the film to make, by its declared name.", metavar="NAME")
]
Shot = Annotated[str, typer.Option("--shot", help="Only this shot, by its name or number (1.3).", metavar="NAME")]
ReadAs = Annotated[Literal["film", "fountain"], typer.Option("--as", help="What standard input is: film, or fountain.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would change and change nothing.")]
Diff = Annotated[bool, typer.Option("--diff", help="Show the changes as a diff and change nothing.")]
Jobs = Annotated[
    int, typer.Option("--jobs", "-j", min=0, max=256, help="Worker processes; 0 is one per processor.", metavar="N")
]
OfShared = Annotated[bool, typer.Option("--shared", help="The user's shared store instead of the film's own.")]

_ONCE = frozenset({"check", "plan", "graph", "why"})
"""Commands that go through a film once and end: what cycles they leave are never worth looking for."""

cache_app = typer.Typer(
    help="What is kept beside a film: how much, whether it is sound, letting go of it.", no_args_is_help=True
)
app.add_typer(cache_app, name="cache")
cache_command = partial(cache_app.command, cls=Command)


@app.callback()
def _film(
    version: Annotated[
        bool, typer.Option("--version", callback=version_asked, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    pass


@command("build")
def build_command(
    source: Source = Path(),
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the finished film.", metavar="DIR")] = None,
    profile: Profile = "previz",
    size: Size = "",
    shot: Shot = "",
    edition: Edition = "",
    jobs: Jobs = 0,
    events: Annotated[
        Path | None, typer.Option("--events", help="Write a JSON line for every task that ends.", metavar="FILE")
    ] = None,
    verify: Annotated[
        bool, typer.Option("--verify", help="Read every file of the project again, whatever its date says.")
    ] = False,
    shared: Annotated[bool, typer.Option("--shared-cache", help="Share results with this user's other films.")] = False,
    relock: Annotated[
        bool, typer.Option("--relock", help="Take the lengths lines have here, and write them to film.lock.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Fail, with a table, when a `require` is not met or cannot be measured.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Begin even when the disk seems too small for it.")] = False,
    format: Formats = "text",  # noqa: A002
) -> None:
    """Make the film: run exactly what changed, then deliver picture, sound, captions and a report."""
    from runtime.cli.build import Options
    from runtime.cli.building import build_film

    if str(events) == "-":
        raise typer.BadParameter("name a file; /dev/stdout is one", param_hint="--events")
    options = Options(
        source, out, _profile(profile), _size(size), shot, jobs, edition, events, verify, shared, relock, strict, force
    )
    raise typer.Exit(build_film(options, format))


@command("watch")
def watch_command(
    source: Source = Path(),
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the finished film.", metavar="DIR")] = None,
    profile: Profile = "previz",
    size: Size = "",
    shot: Shot = "",
    edition: Edition = "",
    jobs: Jobs = 0,
    shared: Annotated[bool, typer.Option("--shared-cache", help="Share results with this user's other films.")] = False,
    page: Annotated[
        bool, typer.Option("--page/--no-page", help="Show the newest film on a page of this machine.")
    ] = True,
    port: Annotated[
        int, typer.Option("--port", min=0, max=65535, help="Port of the page; 0 is any free one.", metavar="N")
    ] = 0,
    format: Formats = "text",  # noqa: A002
) -> None:
    """Build on every save and always show the newest whole film, in the terminal and on a page that plays it."""
    from runtime.cli.build import Options
    from runtime.cli.watch import watch

    options = Options(source, out, _profile(profile), _size(size), shot, jobs, edition, shared=shared)
    raise typer.Exit(watch(options, format, page=page, port=port))


@command("check")
def check_command(
    sources: Annotated[
        list[Path] | None, typer.Argument(help="Films to check; - is standard input.", metavar="FILE|FOLDER…")
    ] = None,
    fix: Annotated[bool, typer.Option("--fix", help="Write the fixes that are certain, and say which.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Print what --fix would change, and change nothing.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings fail too.")] = False,
    understanding: Annotated[
        bool,
        typer.Option("--understanding", help="Print, sentence by sentence, what will be staged and what stays prose."),
    ] = False,
    format: Formats = "text",  # noqa: A002
) -> None:
    """Report every problem of the named films without making anything."""
    if understanding:
        from runtime.cli.understanding import show_understanding

        raise typer.Exit(show_understanding(sources or [Path()], format))
    from runtime.cli.check import Options, check

    raise typer.Exit(check(sources or [Path()], format, Options(fix and not diff, diff, strict)))


@command("explain")
def explain_command(
    code: Annotated[str, typer.Argument(help="A code or its name; none lists them all.", metavar="CODE")] = "",
    format: Formats = "text",  # noqa: A002
) -> None:
    """Say what a diagnostic code means, why it matters, and what to write instead."""
    from runtime.cli.explain import explain

    raise typer.Exit(explain(code, format))


@command("plan")
def plan_command(
    source: Source = Path(),
    profile: Profile = "previz",
    size: Size = "",
    shot: Shot = "",
    edition: Edition = "",
    format: Formats = "text",  # noqa: A002
    graph: Annotated[
        bool, typer.Option("--graph", help="Print the task graph itself, as text that parses back.")
    ] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say what changed since the last build, where, and what it reaches.")
    ] = False,
    passes: Annotated[
        bool, typer.Option("--passes", help="Say what each pass did: tasks, calls, seconds, GB of weights.")
    ] = False,
    verify: Annotated[bool, typer.Option("--verify", help="Check the graph before and after every pass.")] = False,
) -> None:
    """Show what a build would run, what it already has, and the time, memory and disk it will take."""
    from runtime.cli.build import Options
    from runtime.cli.planning import Wish, show_plan

    options = Options(source, None, _profile(profile), _size(size), shot, edition=edition)
    raise typer.Exit(show_plan(options, format, Wish(graph, passes, explain, verify)))


@command("lock")
def lock_command(
    source: Source = Path(),
    update: Annotated[
        bool, typer.Option("--update", help="Pin the lengths lines have here, whatever is pinned now.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Make and write nothing; fail if film.lock is not what the film needs.")
    ] = False,
    edition: Edition = "",
    jobs: Jobs = 0,
    format: Formats = "text",  # noqa: A002
) -> None:
    """Voice the lines and pin how long they are in film.lock, so that every machine makes the same cut."""
    from runtime.cli.build import Options
    from runtime.cli.locking import lock_film

    raise typer.Exit(lock_film(Options(source, edition=edition, jobs=jobs), format, update=update, check=check))


@command("graph")
def graph_command(
    source: Source = Path(),
    shot: Shot = "",
    profile: Profile = "previz",
    size: Size = "",
    edition: Edition = "",
    out: Annotated[
        Path | None, typer.Option("--out", help="Write it to this file instead of printing it.", metavar="FILE")
    ] = None,
    format: Annotated[  # noqa: A002
        Literal["text", "json", "dot", "html"],
        typer.Option("--format", help="text that parses back, json, dot for Graphviz, or html: a page to look at."),
    ] = "text",
) -> None:
    """Show the task graph: what is made from what, what is kept, what runs and why."""
    from runtime.cli.build import Options
    from runtime.cli.graph import show_graph

    options = Options(source, None, _profile(profile), _size(size), shot, edition=edition)
    raise typer.Exit(show_graph(options, format, out))


@command("why")
def why_command(
    shot: Annotated[
        str,
        typer.Argument(
            help="A shot by its name or number (1.3), what is delivered (film, captions, report), or a task by its label.",
            metavar="SHOT",
        ),
    ],
    source: Annotated[Path, typer.Argument(help="The film.", metavar="FILE|FOLDER")] = Path(),
    profile: Profile = "previz",
    size: Size = "",
    format: Formats = "text",  # noqa: A002
) -> None:
    """Say what changed since the last build, field by field to the source line, or what a result was matched on."""
    from runtime.cli.build import Options
    from runtime.cli.why import why

    raise typer.Exit(why(Options(source, None, _profile(profile), _size(size)), shot, format))


@command("takes")
def takes_command(
    shot: Annotated[
        str, typer.Argument(help="A shot, by name or number (1.3); none shows all that have takes.", metavar="SHOT")
    ] = "",
    source: Source = Path(),
    make: Annotated[bool, typer.Option("--make", help="First make the takes that are asked for and not made.")] = False,
    every: Annotated[bool, typer.Option("--all", help="List every shot, also those that have one take.")] = False,
    sheet: Annotated[
        Path | None,
        typer.Option("--sheet", help="Write the contact sheet to this PNG, not to the build folder.", metavar="FILE"),
    ] = None,
    size: Size = "",
    jobs: Jobs = 0,
    format: Formats = "text",  # noqa: A002
) -> None:
    """Show the takes of a shot: what each was found to be, which is in the cut, and a contact sheet to look at."""
    from runtime.cli.build import Options
    from runtime.cli.takes import Wish, show_takes, the_film

    shot, source = the_film(shot, source)
    if make and not shot:
        raise typer.BadParameter("name the shot whose takes are to be made", param_hint="--make")
    raise typer.Exit(show_takes(Options(source, size=_size(size), jobs=jobs), Wish(shot, make, sheet, every), format))


@command("pick")
def pick_command(
    words: Annotated[
        list[str],
        typer.Argument(
            help="The shot, by name or number (1.3); a take's number, or stretches of takes (3 1.2s..4s, 2 0s..2s 3 2s..5s); the film.",
            metavar="SHOT [TAKE [FROM..TO]]… [FILE|FOLDER]",
        ),
    ],
    clear: Annotated[bool, typer.Option("--clear", help="Take the pick of this shot back.")] = False,
    why: Annotated[str, typer.Option("--why", help="Why, for whoever reads it later.", metavar="TEXT")] = "",
    by: Annotated[str, typer.Option("--by", help="Who picks, instead of git's user name.", metavar="NAME")] = "",
    format: Formats = "text",  # noqa: A002
) -> None:
    """Put a take of a shot, or stretches of several, into the cut. Without a take: say what is picked."""
    from runtime.cli.build import Options
    from runtime.cli.pick import Order, pick, split_words

    shot, takes, source = split_words(words)
    if not shot:
        raise typer.BadParameter("name a shot: `film plan` lists them", param_hint="SHOT")
    raise typer.Exit(pick(Options(source), Order(shot, takes, clear, by, why), format))


@command("runs")
def runs_command(source: Source = Path(), format: Formats = "text") -> None:  # noqa: A002
    """List the builds of a film, latest first: how each ended, what it ran, how long it took."""
    from runtime.cli.runs import show_runs

    raise typer.Exit(show_runs(source, format))


@command("log")
def log_command(
    task: Annotated[str, typer.Argument(help="A task's id or label, a shot, or how one begins.", metavar="TASK")],
    source: Annotated[Path, typer.Argument(help="The film.", metavar="FILE|FOLDER")] = Path(),
    format: Formats = "text",  # noqa: A002
) -> None:
    """Print what a task said when it ran, the latest time first."""
    from runtime.cli.runs import show_log

    raise typer.Exit(show_log(task, source, format))


@cache_command("stat")
def cache_stat_command(source: Source = Path(), shared: OfShared = False, format: Formats = "text") -> None:  # noqa: A002
    """Say what is kept and how much of it the films need."""
    from runtime.cli.cache import stat

    raise typer.Exit(stat(source, shared, format))


@cache_command("verify", short_help="Read it all again and mend what can be mended.")
def cache_verify_command(source: Source = Path(), shared: OfShared = False, format: Formats = "text") -> None:  # noqa: A002
    """Read every byte that is kept, move what is damaged aside and mend the index. Exits 1 if anything was wrong."""
    from runtime.cli.cache import verify

    raise typer.Exit(verify(source, shared, format))


@cache_command("gc", short_help="Let go of what no film as last built needs.")
def cache_gc_command(
    source: Source = Path(),
    most: Annotated[
        str, typer.Option("--max-size", help="Keep at most this much, as 5GB: the longest unused goes.", metavar="SIZE")
    ] = "",
    older: Annotated[
        str, typer.Option("--older-than", help="Let go of what no build has needed for so long, as 30d.", metavar="AGE")
    ] = "",
    dry_run: DryRun = False,
    shared: OfShared = False,
    format: Formats = "text",  # noqa: A002
) -> None:
    """Let go of what neither the films as last built nor a pick needs; without a limit, of all of it."""
    from runtime.cli.cache import collect
    from runtime.cli.sizes import parse_age, parse_size

    size, age = parse_size(most), parse_age(older)
    if most and size is None:
        raise typer.BadParameter("write it as 5GB", param_hint="--max-size")
    if older and age is None:
        raise typer.BadParameter("write it as 30d", param_hint="--older-than")
    if shared and not (most or older):
        raise typer.BadParameter("the shared store serves films elsewhere: say --max-size or --older-than")
    raise typer.Exit(collect(source, shared, format, most=size, older=age, dry=dry_run))


@command("show")
def show_command(
    source: Source,
    shot: Annotated[str, typer.Argument(help="A shot's name, or scene.number.", metavar="SHOT")],
    property: Annotated[str, typer.Argument(help="One property only.", metavar="PROPERTY")] = "",  # noqa: A002
    format: Formats = "text",  # noqa: A002
) -> None:
    """Print a shot's resolved values and where each comes from."""
    from runtime.cli.show import show

    raise typer.Exit(show(source, shot, property, format))


@command("fmt")
def fmt_command(
    sources: Annotated[list[str], typer.Argument(help="Sources to lay out; - is standard input.", metavar="FILE…")],
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit 1 when something would change.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Print the changes instead of making them.")] = False,
    read_as: ReadAs = "film",
) -> None:
    """Lay sources out in the one canonical way. Every word and comment stays, and nothing changes its meaning."""
    from runtime.cli.fmt import fmt

    raise typer.Exit(fmt(sources, check=check, diff=diff, read_as=read_as))


@command("parse")
def parse_command(
    source: Annotated[str, typer.Argument(help="A .film or .fountain file; - is standard input.", metavar="FILE")],
    format: Format = "json",  # noqa: A002
    read_as: ReadAs = "film",
) -> None:
    """Print the elements of a source in order, for other tools to be compared with."""
    from runtime.cli.parse import print_elements

    raise typer.Exit(print_elements(source, format, read_as))


@command("new")
def new_command(name: Annotated[Path, typer.Argument(help="Folder of the new film.", metavar="NAME")]) -> None:
    """Begin a film: a folder with a small source that builds."""
    from runtime.cli.new import new_film

    raise typer.Exit(new_film(name))


@command("cast")
def cast_command(source: Source = Path(), dry_run: DryRun = False, diff: Diff = False) -> None:
    """Write the people and places the film has without saying so into it, as declarations to refine."""
    from runtime.cli.cast import cast

    raise typer.Exit(cast(source, dry_run=dry_run, diff=diff))


@command("expand")
def expand_command(
    source: Source = Path(),
    scene: Annotated[
        str, typer.Option("--scene", help="Only this scene: its number, heading or place in the film.")
    ] = "",
    dry_run: DryRun = False,
    diff: Diff = False,
) -> None:
    """Write the shots the film has without saying so into it, as named shots to refine. Nothing generated changes."""
    from runtime.cli.expand import expand

    raise typer.Exit(expand(source, scene, dry_run=dry_run, diff=diff))


@command("rename")
def rename_command(
    source: Source,
    old: Annotated[str, typer.Argument(help="The name as it is.", metavar="OLD")],
    new: Annotated[str, typer.Argument(help="The name as it shall be.", metavar="NEW")],
    spoken: Annotated[
        bool, typer.Option("--spoken", help="Also where people say it, which records those lines anew.")
    ] = False,
    dry_run: DryRun = False,
    diff: Diff = False,
) -> None:
    """Give a person, group, place, thing or shot another name everywhere; it stays what it is, seed and all."""
    from runtime.cli.rename import rename

    raise typer.Exit(rename(source, old, new, spoken=spoken, dry_run=dry_run, diff=diff))


@command("convert")
def convert_command(
    source: Annotated[
        str, typer.Argument(help="A .film, .fountain or .fdx file, or - for standard input.", metavar="IN")
    ],
    target: Annotated[
        str, typer.Argument(help="What to write, by the end of its name; - is standard output.", metavar="OUT")
    ],
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
    read_as: Annotated[str, typer.Option("--from", help="film, fountain or fdx, whatever IN is called.")] = "",
    write_as: Annotated[str, typer.Option("--to", help="film, fountain or fdx, whatever OUT is called.")] = "",
) -> None:
    """Turn a screenplay into another form: .film, Fountain or Final Draft. Nothing in it is lost."""
    from runtime.cli.convert import convert

    raise typer.Exit(convert(source, target, force, read_as, write_as))


@command("doctor")
def doctor_command(
    warm: Annotated[bool, typer.Option("--warm", help="Also compile the renderer's kernels now.")] = False,
    format: Formats = "text",  # noqa: A002
) -> None:
    """Check that everything a build needs is here and works."""
    from runtime.cli.doctor import doctor

    raise typer.Exit(doctor(warm, format))


@command("version")
def version_command(format: Formats = "text") -> None:  # noqa: A002
    """Print the version."""
    from importlib.metadata import version

    number = version("filmlang")
    print(f'{{"filmlang": "{number}"}}' if format == "json" else f"filmlang {number}")


def main() -> None:
    """What ``runtime.cli.start`` does, for who begins here."""
    from runtime.cli.start import main as start

    start()


def run() -> None:
    """Run the command that the command line names. Exit codes are ``runtime.cli.start``'s."""
    # A command is one short process that keeps nearly all it makes: looking for cycles often, and at its end, is in vain.
    gc.set_threshold(100_000, 50, 100)
    if not _ONCE.isdisjoint(sys.argv[1:2]):
        gc.disable()
    try:
        app()
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
    finally:
        gc.freeze()


def _profile(name: str) -> str:
    from compiler.profiles import PROFILES

    if name not in PROFILES:
        raise typer.BadParameter(
            f"there is no profile {name!r}; known are {', '.join(PROFILES)}", param_hint="--profile"
        )
    return name


def _size(text: str) -> tuple[int, int] | None:
    if not text:
        return None
    match = re.fullmatch(r"(\d{2,5})[xX×](\d{2,5})", text.strip())
    if not match:
        raise typer.BadParameter("write it as 960x402", param_hint="--size")
    width, height = int(match[1]), int(match[2])
    if width % 2 or height % 2 or not (64 <= width <= 4096 and 64 <= height <= 4096):
        raise typer.BadParameter("both sides are even and between 64 and 4096", param_hint="--size")
    return width, height
