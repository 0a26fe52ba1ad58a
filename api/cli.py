"""`similis`: the root command. Each subcommand is imported only when it is used."""

import importlib
import os
import sys
from collections.abc import Sequence

import click

COMMANDS = {
    "ingest": "index DICOM files, folders and archives",
    "ledger": "say what became of every received file",
    "retry": "ingest refused files again",
    "search": "find the cases that look like this one, or that say this",
    "serve": "serve the page, GraphQL and DICOMweb, and print a sign-in link",
    "show": "print everything known of a case",
    "embed": "write vectors of files to a .npz without storing anything",
    "measure": "measure hearts in echo clips: volumes, ejection fraction, heart rate",
    "tag": "find what reports say: findings, ICD-10-CM codes, present or not",
    "icd10": "count the cases whose reports find something, by ICD-10-CM",
    "evaluate": "score what Similis does against truth that you have",
    "train": "train weights of your own by a recipe, from tables of labelled pictures",
    "segment": "write masks of the heart's structures for frames, storing nothing",
    "train-segmenter": "train the segmentation network on frames and masks of your own",
    "wrap": "turn research pictures and a table into DICOM",
    "delete": "erase studies, a patient or a dataset everywhere",
    "backup": "copy the archive while it runs",
    "restore": "bring a backup into an empty home",
    "migrate": "bring the stored data to this version's form",
    "reindex": "rebuild the search index, or make all vectors anew",
    "models": "list the models that made vectors here, or go back to one",
    "schema": "print the GraphQL schema",
    "check": "say what is configured and what is missing",
}

EXIT_FAILED, EXIT_INTERRUPTED = 1, 130


class LazyGroup(click.Group):
    """Knows the names of its commands and imports one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the help page."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import `api.commands.NAME`, which holds a click command of that name."""
        if cmd_name not in COMMANDS:
            return None
        name = cmd_name.replace("-", "_")
        module = importlib.import_module(f"api.commands.{name}")
        command = getattr(module, name)
        if not isinstance(command, click.Command):
            raise TypeError(f"api.commands.{name}.{name} is no command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Example: similis ingest films/ --reports reports.csv, then "
    "similis search --file new-film.dcm",
)
@click.version_option(package_name="similis", prog_name="similis")
def root() -> None:
    """Similis finds the medical imaging cases that look like this one.

    Everything lives under SIMILIS_HOME. Results go to stdout (--json for programs), all else to
    stderr. --debug shows where an error came from. Not for diagnosis.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit with 0, 1 (could not be done), 2 (usage) or 130."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    debug = "--debug" in given
    given = [argument for argument in given if argument != "--debug"]
    try:
        root.main(given, prog_name="similis", standalone_mode=False)
    except click.exceptions.Exit as error:
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted; everything finished so far is kept.", err=True)
        sys.exit(EXIT_INTERRUPTED)
    except BrokenPipeError:
        # Whoever read our output has gone; keep the interpreter from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(EXIT_FAILED)
    except Exception as error:
        if debug:
            raise
        click.echo(f"similis: {_sentence(error)}", err=True)
        sys.exit(EXIT_FAILED)


def _sentence(error: Exception) -> str:
    """What the user is told; only errors of ours are worded for that."""
    from infra.errors import BackendError, SimilisError

    cause = error.__cause__
    why = cause.strerror if isinstance(cause, OSError) else None
    if isinstance(error, BackendError) and why and why not in str(error):
        return f"{error} ({why})"
    if isinstance(error, SimilisError):
        return str(error)
    return f"This went wrong inside Similis ({type(error).__name__}); --debug shows where."
