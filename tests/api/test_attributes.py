"""QIDO-RS rows made of records."""

from api.viewing import attributes
from infra.records import Case
from tests.contracts.examples import instance


def test_a_series_without_modality_is_listed_as_other() -> None:
    known, unknown = instance(modality="CT"), instance("1.2.3.2", modality="", series_uid="2.25.9")
    case = Case(
        study_uid=known.study_uid,
        dataset="d",
        patient=known.patient,
        version=1,
        instances=(known, unknown),
    )
    (study,) = attributes.studies(case)
    assert study.values["ModalitiesInStudy"] == (known.modality, "OT")
    assert [row.values["Modality"] for row in attributes.series(case)] == [
        (known.modality,),
        ("OT",),
    ]
