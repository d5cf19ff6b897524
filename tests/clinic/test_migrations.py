"""Migrations carry data forward, and the models need no further one."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, models
from django.db.migrations.executor import MigrationExecutor

MOMENT = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)
VALUES: dict[type, Any] = {
    models.BooleanField: True,
    models.CharField: "x",
    models.DateField: date(2026, 11, 25),
    models.DateTimeField: MOMENT,
    models.EmailField: "x@example.org",
    models.FileField: "x/y.png",
    models.FloatField: 1.5,
    models.JSONField: {"a": [1, None, "ж"]},
    models.PositiveIntegerField: 1,
    models.PositiveSmallIntegerField: 1,
    models.BigIntegerField: 1,
    models.IntegerField: 1,
    models.TextField: "x",
    models.UUIDField: uuid.uuid4,
}


def value_of(field: Any, made: dict[str, Any]) -> Any:
    """Return something that a field can hold."""
    if isinstance(field, models.ForeignKey):
        return made.get(field.related_model._meta.label_lower)
    value = VALUES[type(field)]
    return value() if callable(value) else value


def fill(apps: Any) -> dict[str, list[dict[str, Any]]]:
    """Put one row into every table of the clinic, and return them all."""
    made: dict[str, Any] = {}
    left = list(apps.get_app_config("clinic").get_models())
    while left:
        ready = [m for m in left if not {
            f.related_model._meta.label_lower
            for f in m._meta.concrete_fields
            if isinstance(f, models.ForeignKey) and not f.null
        } - set(made)]  # fmt: skip
        assert ready, left
        for model in ready:
            row = model()
            for field in model._meta.concrete_fields:
                if not isinstance(field, models.AutoField):
                    setattr(row, field.name, value_of(field, made))
            models.Model.save_base(row, force_insert=True)
            made[model._meta.label_lower] = row
            left.remove(model)
    return rows(apps, made)


def rows(apps: Any, names: Any) -> dict[str, list[dict[str, Any]]]:
    return {name: list(apps.get_model(name).objects.order_by("pk").values()) for name in names}


@pytest.mark.django_db(transaction=True)
def test_every_step_keeps_the_data() -> None:
    executor = MigrationExecutor(connection)
    steps = [key for key in executor.loader.graph.leaf_nodes() if key[0] == "clinic"]
    ours = sorted(key for key in executor.loader.graph.nodes if key[0] == "clinic")
    for first in ours:
        executor = MigrationExecutor(connection)
        executor.migrate([first])
        before = fill(executor.loader.project_state([first]).apps)
        executor = MigrationExecutor(connection)
        executor.migrate(steps)
        now = executor.loader.project_state(steps).apps
        after = rows(now, [n for n in before if n.partition(".")[2] in now.all_models["clinic"]])
        for name, found in after.items():
            for old, new in zip(before[name], found, strict=True):
                kept = {k: v for k, v in old.items() if k in new}
                assert {k: new[k] for k in kept} == kept, f"{first} {name}"
        call_command("flush", verbosity=0, interactive=False)


def test_models_need_no_further_step(db: None) -> None:
    call_command("makemigrations", "clinic", "--check", "--dry-run", verbosity=0)
