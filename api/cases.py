"""Cases as a use case: find one, or an instance, by any of its names."""

from api.application import Application
from infra.errors import NotFound
from infra.records import Case, Instance


def case_of(app: Application, uid: str) -> Case:
    """The case of a study or instance UID, stored or original. Raises NotFound."""
    names = (uid, app.pseudonyms.uid(uid))
    cases = app.services.catalog.cases(names, app.scope)
    if not cases:
        studies = app.services.catalog.studies_of_instances(names, app.scope)
        cases = app.services.catalog.cases(studies.values(), app.scope)
    for case in cases.values():
        return case
    raise NotFound("There is no study or instance of this UID; `similis ledger` lists what is.")


def instance_of(app: Application, uid: str) -> Instance:
    """The image object of an instance UID, stored or original. Raises NotFound."""
    names = (uid, app.pseudonyms.uid(uid))
    found = app.services.catalog.instances(names, app.scope)
    for name in names:
        if name in found:
            return found[name]
    raise NotFound("There is no image of this UID; `similis ledger` lists what is.")
