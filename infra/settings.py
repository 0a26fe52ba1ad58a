"""One frozen Settings, read from the environment when asked, never at import.

Each field has one environment variable, `SIMILIS_<FIELD>`; `docs/settings.md` lists them and a test
fails when one is missing there.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from infra.errors import BadSetup

MEGA = 1024 * 1024
INDEXES = ("embedded", "opensearch")
CATALOGS = ("embedded", "dynamodb")
BLOBS = ("embedded", "s3")
AUTHS = ("none", "basic", "sigv4")
ENGINES = ("lucene", "faiss")
CIPHERS = ("", "AES256", "aws:kms")


PREFIX = re.compile("[a-z][a-z0-9-]{0,31}")


def _setting(
    default: Any, help: str, choices: tuple[str, ...] = (), *, secret: bool = False
) -> Any:
    metadata = {"help": help, "choices": choices, "secret": secret}
    return field(default=default, metadata=metadata, repr=not secret)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How this Similis is set up. Sizes are in the unit that the field's name ends with."""

    home: Path = _setting(Path(), "where everything of the embedded set lives")
    weights: Path | None = _setting(None, "DenseNet-121 weights: safetensors or a torch file")
    seeded_weights: bool = _setting(False, "use seeded random weights: ranking is not meaningful")
    segmenter_weights: Path | None = _setting(None, "weights that `similis train-segmenter` wrote")
    precision: str = _setting("auto", "auto, fp32, bf16 or int8; auto measures once and remembers")
    device: str = _setting("auto", "auto, cpu or cuda")
    jobs: int = _setting(0, "decoding processes; 0 takes one for each processor")
    max_file_mb: int = _setting(2048, "largest file or archive member that is read")
    max_pixels_mb: int = _setting(4096, "largest decoded size of one instance")
    max_frames: int = _setting(20_000, "most frames of one instance")
    max_archive_mb: int = _setting(65_536, "largest expanded size of one archive")
    decode_seconds: float = _setting(120.0, "longest time one file may take to read and decode")
    decode_memory_mb: int = _setting(6144, "most memory one decoding process may take")
    slice_spacing_mm: float = _setting(0.0, "thin multi-frame stacks to one slice a distance")
    keep_originals: bool = _setting(True, "keep the (de-identified) DICOM files for the viewer")
    tagger: str = _setting("rules", "rules, or comprehend: what finds findings in reports")
    allowed_hosts: str = _setting("", "names that the server answers under, besides loopback")
    uploads_per_minute: int = _setting(600, "most uploads of one signed-in person in a minute")
    metrics_open: bool = _setting(False, "answer /metrics without sign-in: counts, no patient data")
    notify_url: str = _setting("", "http(s) address that is told when long work has ended")
    index: str = _setting("embedded", "embedded or opensearch: what is searched", INDEXES)
    catalog: str = _setting("embedded", "embedded or dynamodb: where cases are kept", CATALOGS)
    blobs: str = _setting("embedded", "embedded or s3: where files are kept", BLOBS)
    prefix: str = _setting("similis", "how names of indexes and tables begin on shared servers")
    server_seconds: float = _setting(30.0, "longest time that a server of these may take to answer")
    ca_file: Path | None = _setting(
        None, "certificates of the authorities that servers are signed by"
    )
    opensearch_url: str = _setting("", "where OpenSearch answers: http(s)://HOST:PORT")
    opensearch_auth: str = _setting("none", "none, basic or sigv4: how to sign in there", AUTHS)
    opensearch_user: str = _setting("", "who signs in there with basic")
    opensearch_password: str = _setting("", "the password of that user", secret=True)
    opensearch_engine: str = _setting("lucene", "the k-NN engine: lucene or faiss", ENGINES)
    opensearch_m: int = _setting(16, "neighbours of a vector in the graph")
    opensearch_ef_construction: int = _setting(128, "candidates looked at when a vector is added")
    opensearch_ef_search: int = _setting(128, "candidates looked at by a search, at least")
    opensearch_shards: int = _setting(1, "primary shards of an index")
    opensearch_replicas: int = _setting(1, "copies of each shard")
    dynamodb_url: str = _setting("", "where DynamoDB answers, when not in AWS")
    s3_bucket: str = _setting("", "the bucket that takes the files; it must be there")
    s3_url: str = _setting("", "where S3 answers, when not in AWS")
    s3_encryption: str = _setting("", "AES256 or aws:kms: what the server encrypts with", CIPHERS)
    s3_kms_key: str = _setting("", "the key for aws:kms; without one, the account's own")
    log_level: str = _setting("WARNING", "DEBUG, INFO, WARNING or ERROR")
    log_json: bool = _setting(False, "write the log as one JSON object a line")

    @property
    def job_count(self) -> int:
        """How many decoding processes to run."""
        return self.jobs if self.jobs > 0 else os.cpu_count() or 1

    @property
    def distributed(self) -> bool:
        """Whether some of the archive is kept outside the home."""
        return (self.index, self.catalog, self.blobs) != ("embedded", "embedded", "embedded")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Read SIMILIS_* variables. Raises BadSetup naming the variable with a wrong value."""
        source = os.environ if environment is None else environment
        given: dict[str, Any] = {"home": default_home()}
        for spec in fields(cls):
            text = source.get(f"SIMILIS_{spec.name.upper()}", "")
            if text:
                given[spec.name] = _parse(spec.name, spec.type, text)
                _check_choice(spec.name, text, spec.metadata["choices"])
        return cls(**given)


def default_home() -> Path:
    """The platform's folder for user data."""
    from platformdirs import user_data_path

    return user_data_path("similis")


def _check_choice(name: str, text: str, choices: tuple[str, ...]) -> None:
    if choices and text not in choices:
        said = ", ".join(choice for choice in choices if choice)
        raise BadSetup(f"SIMILIS_{name.upper()} must be one of {said}, not {text!r}.")
    if name == "prefix" and not PREFIX.fullmatch(text):
        raise BadSetup(
            "SIMILIS_PREFIX must begin with a letter and have at most 32 of a-z, 0-9 and -."
        )


def _parse(name: str, kind: Any, text: str) -> Any:
    try:
        if kind is bool:
            return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}[
                text.lower()
            ]
        if kind in (int, float):
            return kind(text)
    except (KeyError, ValueError):
        expected = {bool: "1 or 0", int: "a whole number", float: "a number"}[kind]
        raise BadSetup(f"SIMILIS_{name.upper()} must be {expected}, not {text!r}.") from None
    if kind is str:
        return text
    return Path(text).expanduser().absolute()
