"""`init` and `serve`."""

from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add this package's commands."""
    app.command()(init)
    app.command()(serve)


def init() -> None:
    """Prepare the data folder: keys, tables. Doing it again changes nothing."""
    from django.conf import settings

    from qianshao.access.installation import prepare

    new = prepare()
    typer.echo(f"{settings.DATA}: {'prepared' if new else 'was prepared already'}")
    if new:
        typer.echo(
            f"Keys are in {settings.KEY_FILE}. Without this file no encrypted value can be read again."
        )


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=1, max=65535)] = 8000,
) -> None:
    """Serve the pages and work off background jobs until stopped."""
    from qianshao.web.serving import serve as run

    run(host=host, port=port)
