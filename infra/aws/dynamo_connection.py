"""A connection to DynamoDB through pynamodb, and whether a table is there."""

from botocore.exceptions import ClientError
from pynamodb.connection.base import Connection, MetaTable
from pynamodb.exceptions import TableError

from infra.aws.dynamo_setup import DynamoSetup
from infra.aws.dynamo_values import Item, Key, from_attributes
from infra.errors import BadSetup

TRIAL = "!trial"  # the key of an item that is there for a moment
TRIAL_BYTES = 32_000  # more than may fit into the last page of a full disk
OWN_REGION = "us-east-1"  # what a server of one's own is told where none is set

_KEYS = [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}]
_TYPES = [{"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")]


def connect(setup: DynamoSetup, read_seconds: float) -> Connection:
    """A connection whose client is made. Asks nobody yet. Raises BadSetup for a URL that is none.

    pynamodb's `Connection` rather than its models: those carry the name of their table and its
    server in the class, and a process may have several archives.
    """
    connection = Connection(
        region=setup.region or None,
        host=setup.url or None,
        connect_timeout_seconds=setup.connect_seconds,
        read_timeout_seconds=read_seconds,
        retry_configuration={"total_max_attempts": 1, "mode": "standard"},  # `Calls` does it
        max_pool_connections=setup.connections,
    )
    session = connection.session
    if setup.ca_file is not None:
        session.set_config_variable("ca_bundle", str(setup.ca_file))
    if setup.url and not setup.region and not session.get_config_variable("region"):
        connection.region = OWN_REGION
    try:
        connection.client  # noqa: B018  made here, as that is not safe in several threads
    except ValueError as error:
        raise BadSetup("SIMILIS_DYNAMODB_URL is not a URL that can be asked.") from error
    return connection


def note_keys(connection: Connection, table: str) -> None:
    """Tell pynamodb which keys a table has."""
    about = {"TableName": table, "KeySchema": _KEYS, "AttributeDefinitions": _TYPES}
    connection.add_meta_table(MetaTable(about))


def status_of(connection: Connection, table: str) -> str:
    """What a table is doing: ACTIVE when it can be used, "" when there is none."""
    try:
        answer = connection.dispatch("DescribeTable", {"TableName": table})
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") == "ResourceNotFoundException":
            return ""
        raise
    return str(answer["Table"]["TableStatus"])


def item_of(connection: Connection, table: str, key: Key) -> Item | None:
    """An item of a table that may not be there, either."""
    at = {"pk": {"S": key[0]}, "sk": {"S": key[1]}}
    try:
        answer = connection.dispatch(
            "GetItem", {"TableName": table, "Key": at, "ConsistentRead": True}
        )
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") == "ResourceNotFoundException":
            return None
        raise
    return from_attributes(answer["Item"]) if "Item" in answer else None


def make(connection: Connection, table: str) -> None:
    """Begin to make a table that is paid by request; that another has just done so is no error."""
    try:
        connection.create_table(table, _TYPES, _KEYS, billing_mode="PAY_PER_REQUEST")
    except TableError as error:
        if error.cause_response_code != "ResourceInUseException":
            raise


def write_and_delete(connection: Connection, table: str) -> None:
    """Write an item of some size that means nothing, to see whether that is possible."""
    key = {name: {"S": TRIAL} for name in ("pk", "sk")}
    item = key | {"filler": {"S": "x" * TRIAL_BYTES}}
    connection.dispatch("PutItem", {"TableName": table, "Item": item})
    connection.dispatch("DeleteItem", {"TableName": table, "Key": key})
