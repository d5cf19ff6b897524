"""What every record keeps: its clinic, who made it, every change, and that it is never deleted."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, NoReturn, Self, TypeVar

from django.db import models, transaction
from django.utils import timezone
from simple_history.models import HistoricalRecords

T = TypeVar("T", bound=models.Model)
LONGEST_REASON = 300


class Kept(Exception):  # named for what happened, as in errors.py
    """Somebody tried to change or delete what must stay as it is."""


class RecordQuerySet(models.QuerySet[T]):
    """A query that only reads: whatever would pass by the history raises.

    `update()` and the bulk calls write no row of history, so a change made by them would be
    a change that nobody made.
    """

    def _kept(self, call: str) -> NoReturn:
        raise Kept(f"{self.model.__name__}.{call}: change one record at a time, with its reason")

    def update(self, **kwargs: Any) -> int:
        """Raise."""
        self._kept("update")

    def delete(self) -> tuple[int, dict[str, int]]:
        """Raise."""
        self._kept("delete")

    def bulk_create(self, *args: Any, **kwargs: Any) -> list[T]:
        """Raise."""
        self._kept("bulk_create")

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        """Raise."""
        self._kept("bulk_update")

    def in_use(self) -> Self:
        """Leave out what was retired."""
        return self.filter(retired_at=None)


class Unchanging(models.Model):
    """A row that is written once: no change, no deletion."""

    objects = models.Manager.from_queryset(RecordQuerySet)()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new row; raise for one that is there."""
        if not self._state.adding:
            raise Kept(f"{type(self).__name__}: written once, never changed")
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Raise."""
        raise Kept(f"{type(self).__name__}: never deleted")


def reason_field() -> models.CharField[str | None, str | None]:
    """Return the field of the history that holds why: as long as a form lets it be."""
    return models.CharField(max_length=LONGEST_REASON, null=True)


class HistoryRow(models.Model):
    """A past version of a record: it can be written and read."""

    class Meta:
        abstract = True

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Raise."""
        raise Kept(f"{type(self).__name__}: the past is never deleted")


class Record(models.Model):
    """A record of a clinic.

    It is changed by `keep`, which asks who and why, and taken out of use by `retire`; each
    version stays in `history`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey("clinic.Clinic", models.PROTECT, related_name="+", editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    made_by = models.ForeignKey(
        "clinic.User", models.PROTECT, related_name="+", null=True, editable=False
    )
    retired_at = models.DateTimeField(null=True, editable=False)
    retired_why = models.CharField(max_length=LONGEST_REASON, blank=True, editable=False)

    history = HistoricalRecords(
        inherit=True,
        bases=[HistoryRow],
        cascade_delete_history=False,
        history_change_reason_field=reason_field(),
    )
    objects = models.Manager.from_queryset(RecordQuerySet)()

    class Meta:
        abstract = True

    # Whose record a row belongs to, as a path from the row; empty where it is nobody's.
    person_path: ClassVar[str] = "person"

    @property
    def is_retired(self) -> bool:
        """Whether it was taken out of use."""
        return self.retired_at is not None

    def keep(self, by: Any, why: str) -> Self:
        """Write this version.

        Parameters
        ----------
        by : User or None
            Who changed it; None only for the program itself.
        why : str
            The reason, which the history shows.

        Raises
        ------
        Kept
            Without a reason, or for a retired record.
        """
        if not why.strip():
            raise Kept(f"{type(self).__name__}: a change needs a reason")
        if self._state.adding and by is not None:
            self.made_by = by
        self._change_reason = why.strip()[:LONGEST_REASON]
        self._history_user = by
        try:
            self.save()
        finally:
            del self._change_reason
        return self

    def retire(self, by: Any, why: str) -> Self:
        """Take the record out of use; it stays readable."""
        self.retired_at = timezone.now()
        self.retired_why = why.strip()[:LONGEST_REASON]
        return self.keep(by, why)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write, together with the version in the history; raise where nobody said why."""
        if not getattr(self, "_change_reason", ""):
            raise Kept(f"{type(self).__name__}: use keep(by, why), so that the change has a reason")
        # Whoever is stopped between the two has written neither.
        with transaction.atomic():
            super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Raise."""
        raise Kept(f"{type(self).__name__}: records are retired, never deleted")
