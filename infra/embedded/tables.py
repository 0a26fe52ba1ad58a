"""Every table of the embedded store but the index's (those are in `index_tables.py`).

Records are kept as JSON in `record`; what is looked up by has a column of its own. A UID is written
in as few places as possible: tables of a study's parts carry its number (`study`).
"""

from infra.embedded.migrations import Migration

HOME = (
    # Which home this is; the blob folder carries the same id, so that two homes never mix.
    "CREATE TABLE home (one INTEGER PRIMARY KEY CHECK (one = 1), home_id TEXT NOT NULL)",
    "INSERT INTO home VALUES (1, lower(hex(randomblob(16))))",
)

CATALOG = (
    """CREATE TABLE studies (
        study INTEGER PRIMARY KEY AUTOINCREMENT,
        study_uid TEXT NOT NULL UNIQUE,
        dataset TEXT NOT NULL,
        patient TEXT NOT NULL,
        version INTEGER NOT NULL,
        accession_key TEXT NOT NULL,
        patient_key TEXT NOT NULL,
        keys TEXT NOT NULL)""",
    "CREATE INDEX studies_by_dataset ON studies (dataset, study_uid)",
    "CREATE INDEX studies_by_accession ON studies (accession_key) WHERE accession_key <> ''",
    "CREATE INDEX studies_by_patient_key ON studies (patient_key) WHERE patient_key <> ''",
    # Images and attachments share one table: a SOP Instance UID names one object.
    """CREATE TABLE objects (
        instance_uid TEXT NOT NULL UNIQUE,
        study INTEGER NOT NULL REFERENCES studies ON DELETE CASCADE,
        image INTEGER NOT NULL,
        patient TEXT NOT NULL,
        content_hash TEXT NOT NULL,
        record TEXT NOT NULL)""",
    "CREATE INDEX objects_by_study ON objects (study)",
    "CREATE INDEX objects_by_patient ON objects (patient, study)",
    """CREATE TABLE reports (
        study INTEGER NOT NULL REFERENCES studies ON DELETE CASCADE,
        report_id TEXT NOT NULL,
        version INTEGER NOT NULL,
        record TEXT NOT NULL,
        PRIMARY KEY (study, report_id, version))""",
    """CREATE TABLE findings (
        study INTEGER NOT NULL REFERENCES studies ON DELETE CASCADE,
        report_id TEXT NOT NULL,
        records TEXT NOT NULL,
        PRIMARY KEY (study, report_id))""",
    """CREATE TABLE measurements (
        instance_uid TEXT PRIMARY KEY
            REFERENCES objects (instance_uid) ON DELETE CASCADE,
        records TEXT NOT NULL)""",
)

VECTORS = (
    "CREATE TABLE vector_models (model INTEGER PRIMARY KEY, model_id TEXT NOT NULL UNIQUE)",
    # AUTOINCREMENT: a row number is never used twice, which is what `vectors.py` promises.
    """CREATE TABLE vectors (
        row INTEGER PRIMARY KEY AUTOINCREMENT,
        model INTEGER NOT NULL REFERENCES vector_models,
        vector_id TEXT NOT NULL,
        instance_uid TEXT NOT NULL,
        kind TEXT NOT NULL,
        frame INTEGER,
        box TEXT,
        "values" BLOB NOT NULL,
        UNIQUE (model, vector_id))""",
    "CREATE INDEX vectors_by_instance ON vectors (instance_uid, model)",
    "CREATE INDEX vectors_by_model ON vectors (model)",  # with the row number, as every index has
    """CREATE TABLE vectors_gone (
        position INTEGER PRIMARY KEY AUTOINCREMENT,
        model INTEGER NOT NULL,
        row INTEGER NOT NULL)""",
    """CREATE TRIGGER vectors_note_gone AFTER DELETE ON vectors BEGIN
        INSERT INTO vectors_gone (model, row) VALUES (old.model, old.row); END""",
)

# A case's head must be read, and one more object put, at a price that does not grow with the case.
HEADS = (
    # Words of all objects of a study, and how many objects have them.
    """CREATE TABLE wording (
        study INTEGER NOT NULL REFERENCES studies ON DELETE CASCADE,
        text TEXT NOT NULL,
        uses INTEGER NOT NULL,
        PRIMARY KEY (study, text)) WITHOUT ROWID""",
    """INSERT INTO wording SELECT study, text, count(*) FROM (
        SELECT study, instance_uid, value AS text FROM objects, json_each(json_array(
            json_extract(record, '$.study_description'),
            json_extract(record, '$.series_description'),
            json_extract(record, '$.title')))
        UNION
        SELECT study, instance_uid, value FROM objects, json_each(record, '$.labels'))
        WHERE text <> '' GROUP BY study, text""",
    "DROP INDEX objects_by_study",
    "CREATE INDEX objects_by_study ON objects (study, image)",
)

# Which tagger has read all of a report's current version; "" for none.
TAGGED = ("ALTER TABLE findings ADD COLUMN tagger_id TEXT NOT NULL DEFAULT ''",)

# Heads hold measurements, so they are found by study; and what has measured an image is noted.
MEASURED = (
    "ALTER TABLE measurements RENAME TO old_measurements",
    """CREATE TABLE measurements (
        instance_uid TEXT PRIMARY KEY
            REFERENCES objects (instance_uid) ON DELETE CASCADE,
        study INTEGER NOT NULL REFERENCES studies ON DELETE CASCADE,
        model_id TEXT NOT NULL,
        records TEXT NOT NULL)""",
    """INSERT INTO measurements SELECT instance_uid, study, '', records
        FROM old_measurements JOIN objects USING (instance_uid)""",
    "DROP TABLE old_measurements",
    "CREATE INDEX measurements_by_study ON measurements (study, instance_uid)",
    """CREATE INDEX objects_ultrasound ON objects (instance_uid)
        WHERE image = 1 AND json_extract(record, '$.modality') = 'US'""",
)

LEDGER = (
    """CREATE TABLE ledger (
        row INTEGER PRIMARY KEY AUTOINCREMENT,
        file TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        outcome TEXT NOT NULL,
        instance_uid TEXT NOT NULL,
        study_uid TEXT NOT NULL,
        at TEXT NOT NULL,
        record TEXT NOT NULL,
        UNIQUE (file, sha256))""",
    "CREATE INDEX ledger_in_order ON ledger (file, at)",
    "CREATE INDEX ledger_by_outcome ON ledger (outcome, file, at)",
    "CREATE INDEX ledger_by_study ON ledger (study_uid)",
    # One file owns an object.
    """CREATE UNIQUE INDEX ledger_owners ON ledger (instance_uid)
        WHERE outcome IN ('indexed', 'attached') AND instance_uid <> ''""",
    """CREATE TABLE waiting (
        arrived INTEGER PRIMARY KEY AUTOINCREMENT,
        waiting_id TEXT NOT NULL UNIQUE,
        key TEXT NOT NULL,
        sealed BLOB NOT NULL,
        received_at TEXT)""",
    "CREATE INDEX waiting_by_key ON waiting (key)",
    "CREATE TABLE tombstones (token TEXT PRIMARY KEY) WITHOUT ROWID",
)

KEPT_REPORTS = ("ALTER TABLE waiting ADD COLUMN joined INTEGER NOT NULL DEFAULT 0",)

UNFINISHED = (
    """CREATE TABLE unfinished (
        note_id TEXT PRIMARY KEY,
        study_uid TEXT NOT NULL,
        record TEXT NOT NULL) WITHOUT ROWID""",
)

REST = (
    """CREATE TABLE annotations (
        annotation_id TEXT PRIMARY KEY,
        study_uid TEXT NOT NULL,
        kind TEXT NOT NULL,
        at TEXT NOT NULL,
        record TEXT NOT NULL)""",
    "CREATE INDEX annotations_by_study ON annotations (study_uid, at, annotation_id)",
    """CREATE TABLE models (
        model_id TEXT PRIMARY KEY,
        created_at TEXT NOT NULL,
        active INTEGER NOT NULL DEFAULT 0,
        record TEXT NOT NULL)""",
    "CREATE UNIQUE INDEX one_active_model ON models (active) WHERE active = 1",
    """CREATE TABLE agreements (
        one TEXT NOT NULL,
        other TEXT NOT NULL,
        min_cosine REAL NOT NULL,
        PRIMARY KEY (one, other)) WITHOUT ROWID""",
    """CREATE TABLE queue (
        place INTEGER PRIMARY KEY AUTOINCREMENT,
        job_id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        free_at REAL NOT NULL DEFAULT 0,
        lease TEXT NOT NULL DEFAULT '')""",
    """CREATE TABLE jobs (
        place INTEGER PRIMARY KEY AUTOINCREMENT,
        job_id TEXT NOT NULL UNIQUE,
        owner TEXT NOT NULL,
        state TEXT NOT NULL,
        created_at TEXT NOT NULL,
        record TEXT NOT NULL)""",
    "CREATE INDEX jobs_by_owner ON jobs (owner, created_at)",
)

ANNOUNCED = (
    "ALTER TABLE models ADD COLUMN announced INTEGER NOT NULL DEFAULT 0",
    "CREATE UNIQUE INDEX one_announced_model ON models (announced) WHERE announced = 1",
)

MIGRATIONS: tuple[Migration, ...] = (
    Migration("home", 1, HOME),
    Migration("catalog", 1, CATALOG),
    Migration("catalog", 2, HEADS),
    Migration("catalog", 3, TAGGED),
    Migration("catalog", 4, MEASURED),
    Migration("vectors", 1, VECTORS),
    Migration("ledger", 1, LEDGER),
    Migration("ledger", 2, KEPT_REPORTS),
    Migration("ledger", 3, UNFINISHED),
    Migration("rest", 1, REST),
    Migration("rest", 2, ANNOUNCED),
)
