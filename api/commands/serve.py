"""`similis serve`."""

import click

from api.commands.common import home, json_option, print_json, seeded_option


@click.command(epilog="Example: similis serve --port 8080")
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="The address to listen on; the default can be reached from this machine only.",
)
@click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(0, 65_535),
    help="The port to listen on; 0 takes a free one.",
)
@click.option(
    "--allow-host",
    "allowed",
    multiple=True,
    metavar="NAME",
    help="A name or address that browsers may ask for the server by, besides loopback. Repeat as "
    "needed.",
)
@seeded_option
@json_option
def serve(
    host: str, port: int, allowed: tuple[str, ...], seeded_weights: bool, as_json: bool
) -> None:
    """Serve the page, GraphQL and DICOMweb, and print a link to sign in with.

    A link signs in one browser once; then a fresh one is printed. Ctrl-C ends the server.
    """
    from api.server.listening import listen, run, site_of
    from api.server.site import is_loopback
    from infra.settings import Settings

    def announce(url: str) -> None:
        if as_json:
            print_json({"sign_in": url})
        else:
            click.echo(f"Sign in (once): {url}")

    names = (*allowed, *Settings.from_environment().allowed_hosts.split(","))
    site_of(host, port, names)  # refuses before anything is opened
    with listen(host, port) as listening:
        site = site_of(host, listening.getsockname()[1], names)
        if not is_loopback(host):
            click.echo(
                "Traffic is NOT encrypted: anybody on the way can read and sign in. Put a proxy "
                "that speaks https in front, or use the default --host.",
                err=True,
            )
        with home(seeded_weights=seeded_weights) as app:
            from api.server.app import create_app

            run(create_app(app, site=site, announce=announce), listening)
    click.echo("Stopped.", err=True)
