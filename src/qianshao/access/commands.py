"""`audit`: check the chain over what was done, hand out its end, look events up. `administrator`: the first.

Exit codes: 0 done, 1 the chain is broken, 2 wrong usage, 3 refused.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from qianshao.refusals import Refused
from qianshao.terminal import print_table
from qianshao.words import Text, terminal_language

BROKEN = 1
SOUND = Text(
    "审计链完好：{sealed} 条已封存，{waiting} 条待封存",
    "The audit chain is sound: {sealed} events sealed, {waiting} waiting for it",
)
FAULTS = Text("审计链有 {count} 处不对", "The audit chain has {count} faults")
KEEP_IT = Text(
    "把“{file}”交给上级或另一处保管，以后用 audit verify --against 核对",
    "Give “{file}” to the level above or keep it elsewhere; `audit verify --against` checks with it later",
)

WEAK = Text("密码不能用：{why}", "The password cannot be used: {why}")
MADE = Text(
    "已建安全管理员“{name}”。请登录后给其他人建账号、授予身份；再建第二位安全管理员，互相办理",
    "{name} is security administrator: sign in to make the other accounts, and a second such administrator",
)

audit = typer.Typer(help="What was done, by whom, and proof that nobody changed it.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of words.")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First or last day, 2026-10-31.")]


def register(app: typer.Typer) -> None:
    """Add this package's commands."""
    app.add_typer(audit, name="audit")
    app.command()(administrator)


@audit.command()
def verify(
    against: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="A witness that `audit witness` wrote.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check that no event was changed, removed, moved or added behind the program's back."""
    from qianshao.access import chain
    from qianshao.access.installation import require

    require()
    witness = chain.Head.from_json(against.read_text(errors="replace")) if against else None
    found = chain.verify(witness)
    language = terminal_language()
    if as_json:
        breaches = [{"zh": breach.zh, "en": breach.en} for breach in found.breaches]
        counts = {"sealed": found.sealed, "waiting": found.waiting}
        typer.echo(json.dumps(counts | {"breaches": breaches}, ensure_ascii=False, indent=1))
    elif found.sound:
        typer.echo(SOUND.format(sealed=found.sealed, waiting=found.waiting).in_language(language))
    else:
        lines = [FAULTS.format(count=len(found.breaches)), *found.breaches]
        typer.echo("\n".join(line.in_language(language) for line in lines), err=True)
    if not found.sound:
        raise typer.Exit(BROKEN)


@audit.command()
def witness(
    out: Annotated[Path, typer.Option(help="File to write.", dir_okay=False)],
) -> None:
    """Write the end of the chain to a file, for somebody else to keep."""
    from qianshao.access import chain
    from qianshao.access.installation import require, write_whole

    require()
    chain.seal()
    write_whole(out, chain.head().to_json() + "\n")
    typer.echo(KEEP_IT.format(file=out).in_language(terminal_language()))


@audit.command()
def events(
    about: Annotated[str | None, typer.Option(help="Table and key, registry.household:12.")] = None,
    by: Annotated[str | None, typer.Option(help="Who did it: a user name.")] = None,
    action: Annotated[str | None, typer.Option(help="What was done, or how that begins.")] = None,
    since: Day = None,
    until: Day = None,
    as_json: AsJson = False,
) -> None:
    """Events by what they are about, by user, by action and by day, the oldest first."""
    from qianshao.access.installation import require
    from qianshao.access.readers import audit_events
    from qianshao.access.scope import EVERYWHERE

    require()
    found = audit_events(
        EVERYWHERE,
        about=about,
        by=by,
        action=action,
        since=since.date() if since else None,
        until=until.date() if until else None,
    )
    rows = [[str(e.recorded_at), e.actor, e.action, e.subject, e.facts] for e in found]
    titles = ["recorded_at", "by", "action", "about", "facts"]
    if as_json:
        lines = [dict(zip(titles, row, strict=True)) for row in rows]
        typer.echo(json.dumps(lines, ensure_ascii=False, indent=1))
    else:
        print_table(titles, [[*row[:4], json.dumps(row[4], ensure_ascii=False)] for row in rows])


def administrator(
    username: Annotated[str, typer.Argument(help="User name: small letters and digits.")],
    name: Annotated[str, typer.Option(help="The person's name.")],
    post: Annotated[str, typer.Option(help="Office and post.")] = "",
) -> None:
    """Make the first security administrator, who makes all other accounts. Refused once there is one.

    The password is asked for; read from standard input where that is no terminal.
    """
    import sys

    from django.core.exceptions import ValidationError

    from qianshao.access.actions import make_first_administrator
    from qianshao.access.installation import require

    require()
    asked = (
        typer.prompt("Password", hide_input=True, confirmation_prompt=True) if sys.stdin.isatty() else None
    )
    password = asked if asked is not None else sys.stdin.readline().rstrip("\n")
    try:
        make_first_administrator(username=username, display_name=name, post=post, password=password)
    except ValidationError as weak:
        raise Refused(WEAK.format(why=" ".join(weak.messages))) from weak
    typer.echo(MADE.format(name=name).in_language(terminal_language()))
