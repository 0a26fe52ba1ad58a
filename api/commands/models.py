"""`similis models`."""

import click

from api.commands.common import home, json_option, print_json


@click.command(epilog="Example: similis models --use densenet121-0123456789ab-px1-fp32")
@click.option("--use", "model_id", metavar="MODEL_ID", help="Search with this model's vectors.")
@json_option
def models(model_id: str | None, as_json: bool) -> None:
    """List the models that made vectors here; --use goes back to one that has all of them."""
    from api.documents import plain
    from infra.errors import BadSetup, NotFound

    with home() as app:
        registry, vectors = app.services.models, app.services.vectors
        active = registry.active()
        if model_id and model_id not in {record.model_id for record in registry.models()}:
            raise NotFound(f"No model {model_id} made vectors here; `similis models` lists those.")
        if model_id and active and vectors.count(model_id) < vectors.count(active.model_id):
            raise BadSetup(
                f"{model_id} lacks vectors of newer instances: `similis reindex --embed`."
            )
        if model_id:
            registry.activate(model_id)
            active = registry.active()
        document = [
            {
                "model_id": record.model_id,
                "active": active is not None and record.model_id == active.model_id,
                "vectors": vectors.count(record.model_id),
                "meaningful": record.meaningful,
                "source": record.source,
                "created_at": plain(record.created_at),
            }
            for record in registry.models()
        ]
    if as_json:
        print_json(document)
        return
    for row in document:
        mark = "*" if row["active"] else " "
        note = "" if row["meaningful"] else "  (seeded: ranking is not meaningful)"
        click.echo(f"{mark} {row['model_id']}  {row['vectors']} vectors{note}")
