"""Reads the result store of `pagefold sweep`; its schema is in docs/store.md."""

import json
import sqlite3
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pandas as pd

from problem import Problem

APPLICATION, SCHEMA = 0x50466C64, 1
# Columns of the table `run` that are not metrics.
ABOUT_THE_RUN = {
    "id", "digest", "scenario", "workload", "seed", "version", "fingerprint", "cpu_s", "wall_s",
}


class Store:
    """A sweep's results: every metric by point, policy and replicate."""

    def __init__(self, path):
        self.path = Path(path)
        try:
            self._database = self._open()
            self._read()
        except (sqlite3.Error, pd.errors.DatabaseError) as error:
            reason = str(error.__cause__ or error).splitlines()[0]
            raise Problem(f"{path}: this store cannot be read: {reason}") from error
        except (ValueError, TypeError, KeyError, IndexError) as error:
            raise Problem(f"{path}: this store is damaged: {str(error).splitlines()[0]}") from error

    def _open(self):
        with open(self.path, "rb") as file:
            if file.read(16) != b"SQLite format 3\0":
                raise Problem(f"{self.path}: this is neither a result store nor a results directory")
        address = f"file:{quote(str(self.path.resolve()))}?mode=ro"
        # A store that no process writes can be read where no lock file may be made.
        if not Path(f"{self.path}-wal").exists():
            address += "&immutable=1"
        database = sqlite3.connect(address, uri=True)
        identity = database.execute("PRAGMA application_id").fetchone()[0]
        if identity != APPLICATION:
            raise Problem(f"{self.path}: this is a SQLite file, but no result store of Pagefold")
        version = database.execute("PRAGMA user_version").fetchone()[0]
        if version > SCHEMA:
            raise Problem(
                f"{self.path}: the store has version {version}, these plots read version {SCHEMA}:"
                " use the plots of the Pagefold that wrote it")
        return database

    def _read(self):
        rows = self._database.execute("SELECT name, description, version, reference FROM sweep").fetchall()
        if len(rows) != 1:
            raise Problem(f"{self.path}: the store holds no sweep")
        self.name, self.description, self.version, reference = rows[0]
        self.policies = [row[0] for row in self._database.execute("SELECT name FROM policy ORDER BY id")]
        points = self._database.execute("SELECT settings FROM point ORDER BY id")
        self.points = [
            {path: str(value) for path, value in json.loads(settings).items()} for settings, in points
        ]
        self.reference = self.policies.index(reference) if reference in self.policies else 0
        columns = [row[1] for row in self._database.execute("PRAGMA table_info(run)")]
        self.metrics = [column for column in columns if column not in ABOUT_THE_RUN]
        self._cells = pd.read_sql_query("SELECT point, policy, replicate, run FROM cell", self._database)
        if self._cells.empty:
            raise Problem(f"{self.path}: the store holds no finished runs; run pagefold sweep first")
        self.replicates = int(self._cells["replicate"].max()) + 1
        self._runs = pd.read_sql_query("SELECT * FROM run", self._database).set_index("id")
        self._values = {}
        # So many replicates that are one run are one replicate.
        self.repeats = self._repeats()
        if self.repeats > 1:
            self._cells = self._cells.sort_values("replicate").drop_duplicates(["point", "policy"])
            self._cells["replicate"] = 0
            self.replicates = 1

    def _repeats(self):
        """How many replicates are one run: of the same workload, with the same fingerprint; 1 where they differ."""
        runs = self._cells.join(self._runs[["workload", "fingerprint"]], on="run")
        places = runs.groupby(["point", "policy"]).agg(
            {"replicate": "count", "workload": "nunique", "fingerprint": "nunique"})
        repeated = places[places["replicate"] > 1]
        same = (repeated["workload"] == 1).all() and (repeated["fingerprint"] == 1).all()
        return int(repeated["replicate"].max()) if len(repeated) and same else 1

    def counts(self):
        """How many runs there are, by point and policy."""
        cube = np.zeros((len(self.points), len(self.policies)), int)
        np.add.at(cube, (self._cells["point"].to_numpy(), self._cells["policy"].to_numpy()), 1)
        return cube

    def values(self, metric):
        """A metric as an array by point, policy and replicate; NaN where there is none."""
        if metric not in self._values:
            cube = np.full((len(self.points), len(self.policies), self.replicates), np.nan)
            place = tuple(self._cells[name].to_numpy() for name in ("point", "policy", "replicate"))
            column = pd.to_numeric(self._runs[metric])
            cube[place] = column.reindex(self._cells["run"]).to_numpy(float)
            self._values[metric] = cube
        return self._values[metric]

    def has(self, metric):
        """Whether any run has a value of this metric."""
        return metric in self.metrics and not np.isnan(self.values(metric)).all()

    def series(self, name):
        """A curve of replicate 0, by point and policy: its columns."""
        first = self._cells[self._cells["replicate"] == 0]
        places = {}
        for point, policy, run in first[["point", "policy", "run"]].itertuples(index=False):
            places.setdefault(int(run), []).append((int(point), int(policy)))
        curves = {}
        rows = self._database.execute("SELECT run, columns, data FROM series WHERE name = ?", (name,))
        try:
            for run, columns, data in rows:
                if run not in places:
                    continue
                columns = json.loads(columns)
                table = np.frombuffer(data, "<f8").reshape(-1, len(columns))
                for place in places[run]:
                    curves[place] = {column: table[:, n] for n, column in enumerate(columns)}
        except (sqlite3.Error, ValueError, TypeError) as error:
            raise Problem(f"{self.path}: the series '{name}' cannot be read: {error}") from error
        return curves

    def keep(self, policies):
        """Forgets all policies but these and the reference."""
        chosen = {self.policies.index(name) for name in policies} | {self.reference}
        self._cells = self._cells[self._cells["policy"].isin(chosen)]
