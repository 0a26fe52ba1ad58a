"""The archive, the model that answers, and the caller."""

from dataclasses import asdict

import strawberry
from strawberry import field

from api import facts
from infra import records

NOT_MEANINGFUL = (
    "This model has seeded random weights: the ranking is only good for trying things out."
)


@strawberry.type(description="A model that made vectors here.")
class Model:
    """`infra.records.ModelRecord` in GraphQL."""

    model_id: str = field(description="Stable name; vectors of different ids are never compared.")
    architecture: str = field(description="The network, e.g. densenet121.")
    source: str = field(description="Where the weights come from.")
    precision: str = field(description="Arithmetic it runs in: fp32, bf16 or int8.")
    meaningful: bool = field(description="false for seeded random weights.")
    warning: str | None = field(description="One sentence when the ranking is not meaningful.")

    @classmethod
    def of(cls, record: records.ModelRecord) -> "Model":
        """The record as GraphQL shows it."""
        return cls(
            model_id=record.model_id,
            architecture=record.architecture,
            source=record.source,
            precision=record.precision,
            meaningful=record.meaningful,
            warning=None if record.meaningful else NOT_MEANINGFUL,
        )


@strawberry.type(description="What this Similis is and holds, as far as the caller may see.")
class About:
    """`api.facts.Facts` in GraphQL."""

    version: str = field(description="Version of Similis.")
    model: Model | None = field(description="The model in use; null before the first ingest.")
    cases: int = field(description="Cases the caller may see.")
    instances: int = field(description="Image objects the caller may see.")
    datasets: list[str] = field(description="Datasets the caller may see, by name.")
    seeded: bool = field(description="Whether seeded random weights are in use.")
    may_add: bool = field(description="Whether the caller may add files to the archive.")
    max_upload_mb: int = field(description="Largest file that is taken, in MiB.")
    disclaimer: str = field(description="What Similis must not be used for.")

    @classmethod
    def of(cls, known: facts.Facts, *, may_add: bool) -> "About":
        """The facts as GraphQL shows them."""
        model = Model.of(known.model) if known.model else None
        return cls(may_add=may_add, **(asdict(known) | {"model": model}))


@strawberry.type(description="Who is asking.")
class Me:
    """The caller."""

    name: str = field(description="Name under which annotations and jobs are kept.")
    datasets: list[str] | None = field(description="Datasets the caller may see; null: every one.")
    may_add: bool = field(description="Whether the caller may add files to the archive.")
