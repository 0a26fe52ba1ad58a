"""The index's own tables, as migrations of the part "index".

Like vectors, rows and texts are never changed in place (but for their version): what replaces takes
a new, higher number, and which rows are gone is noted, so that an index in memory can follow (see
`mirror.py`). Triggers keep the notes and the full-text index.
"""

from infra.embedded.migrations import Migration
from infra.text import TOKENIZER

ROWS = (
    """CREATE TABLE index_rows (
        row INTEGER PRIMARY KEY AUTOINCREMENT,
        instance_uid TEXT NOT NULL,
        series_uid TEXT NOT NULL,
        study_uid TEXT NOT NULL,
        dataset TEXT NOT NULL,
        version INTEGER NOT NULL,
        keys TEXT NOT NULL)""",
    "CREATE UNIQUE INDEX index_rows_once ON index_rows (instance_uid) WHERE instance_uid <> ''",
    "CREATE INDEX index_rows_by_study ON index_rows (study_uid)",
    "CREATE TABLE index_rows_gone (position INTEGER PRIMARY KEY AUTOINCREMENT, row INTEGER)",
    """CREATE TRIGGER index_rows_note_gone AFTER DELETE ON index_rows BEGIN
        INSERT INTO index_rows_gone (row) VALUES (old.row); END""",
)

TEXTS = (
    """CREATE TABLE index_texts (
        row INTEGER PRIMARY KEY AUTOINCREMENT,
        study_uid TEXT NOT NULL UNIQUE,
        dataset TEXT NOT NULL,
        version INTEGER NOT NULL,
        text TEXT NOT NULL)""",
    # The words of `index_texts`, which keeps the text itself: one copy, and one to delete.
    f"""CREATE VIRTUAL TABLE index_words USING fts5 (
        text, content = 'index_texts', content_rowid = 'row', tokenize = '{TOKENIZER}')""",
    """CREATE TRIGGER index_texts_add_words AFTER INSERT ON index_texts BEGIN
        INSERT INTO index_words (rowid, text) VALUES (new.row, new.text); END""",
    """CREATE TRIGGER index_texts_drop_words AFTER DELETE ON index_texts BEGIN
        INSERT INTO index_words (index_words, rowid, text) VALUES ('delete', old.row, old.text);
        END""",
)

MIGRATIONS: tuple[Migration, ...] = (Migration("index", 1, ROWS + TEXTS),)
