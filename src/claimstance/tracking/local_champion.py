"""The champion of the local store, read without MLflow, whose import alone takes seconds."""

import sqlite3
from contextlib import closing
from pathlib import Path

from claimstance.models.store import find_model
from claimstance.tracking.store import local_database

_DIGEST = """
    SELECT tag.value FROM registered_model_aliases AS alias
    JOIN model_version_tags AS tag
    ON tag.workspace = alias.workspace AND tag.name = alias.name AND tag.version = alias.version
    WHERE alias.name = ? AND alias.alias = 'champion' AND tag.key = 'digest'
"""


def local_champion(registered_model: str, models: Path = Path("models")) -> Path | None:
    """The folder under `models` that holds the champion; None wherever MLflow has to be asked.

    That is so with any other store, tables of another version of MLflow, no champion, or one
    whose folder is not here.
    """
    database = local_database()
    if database is None:
        return None
    try:
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as store:
            found = store.execute(_DIGEST, (registered_model,)).fetchall()
    except sqlite3.Error:
        return None
    return find_model(models, found[0][0]) if len(found) == 1 else None
