"""`similis delete`."""

import sys
from dataclasses import asdict

import click

from api.commands.common import home, json_option, print_json


@click.command(epilog="Example: similis delete --patient 4711 --json > receipt.json")
@click.option("--study", default="", metavar="UID", help="One study, by stored or original UID.")
@click.option("--patient", default="", metavar="ID", help="A patient, by PatientID or pseudonym.")
@click.option("--issuer", default="", help="Issuer of PatientID, where headers name one.")
@click.option("--dataset", default="", metavar="NAME", help="All cases of a dataset.")
@click.option("--allow-return", is_flag=True, help="Leave no tombstone, and lift earlier ones.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def delete(
    study: str,
    patient: str,
    issuer: str,
    dataset: str,
    allow_return: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Erase studies, a patient or a dataset everywhere, and print a receipt.

    Originals, thumbnails, catalog entries, vectors, reports, annotations and ledger rows go. A
    tombstone (a keyed hash) keeps them from coming back by ingest. Backups are not touched.
    """
    from infra.errors import NotFound
    from ingest.storage.erase import erase, find_studies, tombstones

    if sum(map(bool, (study, patient, dataset))) != 1:
        raise click.UsageError("Give exactly one of --study, --patient and --dataset.")
    with home() as app:
        named = {"study": study, "patient": patient, "issuer": issuer, "dataset": dataset}
        studies = find_studies(app.services, app.pseudonyms, **named)
        if sys.stdin.isatty() and not yes:
            click.confirm(f"Erase {len(studies)} studies for good?", abort=True, err=True)
        names = {study, *studies} - {""}
        tokens = tombstones(app.services, app.pseudonyms, names, patient=patient, issuer=issuer)
        if allow_return:
            app.services.ledger.unbury(tokens)
        else:
            app.services.ledger.bury(tokens)
        # Once more: an ingest that runs beside may have stored one before it saw the tombstone.
        names |= {app.pseudonyms.uid(study), *find_studies(app.services, app.pseudonyms, **named)}
        receipt = erase(app.services, app.pseudonyms, sorted(names - {""}))
        if dataset and not receipt.studies and not receipt.blobs:
            raise NotFound(f"There is no dataset {dataset!r}.")
    if not receipt.studies:
        after = "it may come back now" if allow_return else "it is barred from ingest all the same"
        click.echo(f"Nothing of that name is stored; {after}.", err=True)
    document = {**asdict(receipt), "studies": list(receipt.studies), "tombstones": len(tokens)}
    if as_json:
        print_json(document)
        return
    for name, value in document.items():
        click.echo(f"{name.replace('_', ' '):16} {len(value) if name == 'studies' else value}")
