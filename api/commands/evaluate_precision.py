"""`similis evaluate precision`."""

from pathlib import Path

import click

from api.commands.common import json_option, print_json, split_option, tables_option


@click.command(epilog="Example: similis evaluate precision --labels films/labels.csv")
@tables_option("Table of pictures: file.")
@split_option
@json_option
@click.pass_obj
def precision(json_before: bool, tables: tuple[Path, ...], split: str, as_json: bool) -> None:
    """Compare the neighbours that bf16 and int8 find with those of float32."""
    from api.precision import gate
    from api.scoring import read_asked
    from infra.settings import Settings

    document = gate(read_asked(tables, None, split, {}), Settings.from_environment())
    if as_json or json_before:
        print_json(document)
        return
    click.echo(f"{document['model_id']}, {document['pictures']} pictures, against float32")
    for row in document["precisions"]:
        click.echo(
            f"{row['precision']}  overlap@10 {row['overlap_at_10']:.3f}  cosine mean "
            f"{row['mean_cosine']:.4f} least {row['least_cosine']:.4f}  "
            f"{'passes' if row['passes'] else 'does not pass'}"
        )
