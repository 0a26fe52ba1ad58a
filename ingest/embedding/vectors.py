"""Prepared pictures -> vectors: embedded in batches, pooled view by view."""

from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np

from embedder.pooling import pool_cine
from infra.ports import Embedder
from infra.records import Values, Vector
from ingest.embedding.spool import Picture, Pictures
from ingest.showing.rendering import View

PICTURES_AT_ONCE = 64


def embed_all(embedder: Embedder, spools: Sequence[Pictures]) -> Values:
    """All pictures of all files, in order -> (n, d); memory stays bounded whatever n is."""
    pictures = _each(spools)
    values = [np.empty((0, embedder.record.dimension), np.float32)]
    while chunk := list(islice(pictures, PICTURES_AT_ONCE)):
        values.append(embedder.embed(chunk))
    return np.concatenate(values)


def _each(spools: Sequence[Pictures]) -> Iterator[Picture]:
    for spool in spools:
        for chunk in spool.chunks(PICTURES_AT_ONCE):
            yield from chunk


def vectors_of(
    instance_uid: str, model_id: str, views: Sequence[View], values: Values
) -> list[Vector]:
    """One vector a view; `values` are those of its pictures in order, (pictures, d)."""
    vectors: list[Vector] = []
    begin = 0
    for view in views:
        end = begin + view.count
        vector = Vector(
            instance_uid=instance_uid,
            model_id=model_id,
            values=pool_cine(values[begin:end]),
            kind=view.kind,
            frame=view.frame,
        )
        vectors.append(vector)
        begin = end
    return vectors


def mean_vector(vectors: Sequence[Vector]) -> Values:
    """The one vector that stands for a whole file: the normalised mean of its vectors."""
    return pool_cine(np.stack([vector.values for vector in vectors]))
