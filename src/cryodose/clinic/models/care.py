"""What is decided and found for a person: screenings, plans, courses, scores, harm."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from cryodose.clinic.models.base import Record
from cryodose.clinic.models.people import Person
from cryodose.clinic.models.places import Device, Protocol
from cryodose.clinic.models.procedures import Procedure


class ScreeningRecord(Record):
    """A screening: what was answered, what the rules said, and by which rules.

    `answers` is a whole patient file, so the verdict can be computed again from it.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="screenings", editable=False)
    procedure = models.CharField(max_length=24, choices=Procedure.choices)
    device_kind = models.CharField(max_length=16, blank=True)
    stage = models.CharField(max_length=8, default="all")
    day = models.DateField()
    answers = models.JSONField()
    result = models.JSONField()
    verdict = models.CharField(max_length=16)
    rules_version = models.CharField(max_length=120)

    class Meta(Record.Meta):
        ordering: ClassVar = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.procedure}, {self.day}: {self.verdict}"


class PlanRecord(Record):
    """A plan with all that is needed to compute it again, to the bit.

    `digest` is taken over the whole answer of the program of `version` on this input; `answer`
    is what the pages show of it.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="plans", editable=False)
    screening = models.ForeignKey(
        ScreeningRecord, models.PROTECT, null=True, blank=True, related_name="plans"
    )
    protocol = models.ForeignKey(
        Protocol, models.PROTECT, null=True, blank=True, related_name="plans"
    )
    title = models.CharField(_("title"), max_length=160, blank=True)
    procedure = models.CharField(max_length=24, choices=Procedure.choices)
    session = models.JSONField()
    seed = models.BigIntegerField()
    members = models.PositiveIntegerField()
    resolution = models.PositiveSmallIntegerField(default=1)
    version = models.CharField(max_length=80)
    verdict = models.CharField(max_length=16)
    dose_s = models.FloatField(null=True)
    released = models.BooleanField(default=False)
    answer = models.JSONField()
    digest = models.CharField(max_length=64)

    class Meta(Record.Meta):
        ordering: ClassVar = ["-made_at"]

    def __str__(self) -> str:
        return self.title or f"{self.get_procedure_display()}, {self.made_at:%Y-%m-%d}"


class CourseRecord(Record):
    """A planned course: what was asked for, and the days that came out."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="courses", editable=False)
    procedure = models.CharField(max_length=24, choices=Procedure.choices)
    goal = models.CharField(max_length=80, blank=True)
    spec = models.JSONField()
    plan = models.JSONField()
    version = models.CharField(max_length=80)
    # What each session is: a plan of this person, or a protocol of which a plan is still to come.
    session_plan = models.ForeignKey(
        PlanRecord, models.PROTECT, null=True, blank=True, related_name="courses"
    )
    protocol = models.ForeignKey(
        Protocol, models.PROTECT, null=True, blank=True, related_name="courses"
    )

    class Meta(Record.Meta):
        ordering: ClassVar = ["-made_at"]

    def __str__(self) -> str:
        return self.spec.get("title") or ": ".join(
            str(w) for w in (self.get_procedure_display(), self.goal) if w
        )


class SessionRecord(Record):
    """One session of one person: what was set, and, in its events, what was measured and felt."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="sessions", editable=False)
    plan = models.ForeignKey(PlanRecord, models.PROTECT, null=True, related_name="sessions")
    screening = models.ForeignKey(
        ScreeningRecord, models.PROTECT, null=True, related_name="sessions"
    )
    course = models.ForeignKey(CourseRecord, models.PROTECT, null=True, related_name="sessions")
    device = models.ForeignKey(Device, models.PROTECT, null=True, related_name="sessions")
    procedure = models.CharField(max_length=24, choices=Procedure.choices)
    planned_for = models.DateTimeField(_("planned for"))
    planned_s = models.PositiveIntegerField(_("seconds of cold"))
    # Filled from the events when the session ends, for lists and exports.
    started_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)
    cold_s = models.FloatField(null=True, editable=False)
    ended_how = models.CharField(max_length=16, blank=True, editable=False)
    felt = models.JSONField(default=dict, blank=True)

    class Meta(Record.Meta):
        ordering: ClassVar = ["-planned_for"]
        # The watch asks for those that run several times a second, whatever a clinic has behind it.
        indexes: ClassVar = [
            models.Index(
                fields=["started_at"],
                condition=models.Q(started_at__isnull=False, ended_at=None),
                name="session_running",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_procedure_display()}, {self.planned_for:%Y-%m-%d %H:%M}"


class Sign(models.TextChoices):
    """What pauses or stops a course as soon as it is seen; `courses.toml` has the sources."""

    SKIN_INJURY = "skin_injury", _("Blister, white or hard skin, lumps, or a wound after a session")
    CHEST_PAIN = "chest_pain", _("Pain in chest, back or belly")
    CONFUSION = "confusion", _("Confusion, loss of memory, fainting, a new sign of the nerves")


class AdverseEvent(Record):
    """Harm, or what could have been harm."""

    class Severity(models.TextChoices):
        """How bad it was."""

        NEAR_MISS = "near-miss", _("Near miss, no harm")
        MILD = "mild", _("Mild")
        MODERATE = "moderate", _("Moderate, needed care")
        SEVERE = "severe", _("Severe")

    person = models.ForeignKey(
        Person, models.PROTECT, related_name="adverse_events", editable=False
    )
    session = models.ForeignKey(
        SessionRecord, models.PROTECT, null=True, blank=True, related_name="adverse_events"
    )
    happened_at = models.DateTimeField(_("when"))
    what = models.CharField(_("what happened"), max_length=300)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity.choices)
    sign = models.CharField(
        _("a sign that pauses or stops a course"), max_length=16, choices=Sign.choices, blank=True
    )
    site = models.CharField(_("where on the body"), max_length=80, blank=True)
    done = models.TextField(_("what was done"), max_length=4000, blank=True)
    follow_up_on = models.DateField(_("look again on"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    class Meta(Record.Meta):
        ordering: ClassVar = ["-happened_at"]

    def __str__(self) -> str:
        return self.what


class FollowUp(Record):
    """What became of an adverse event."""

    person_path: ClassVar[str] = "event__person"

    event = models.ForeignKey(
        AdverseEvent, models.PROTECT, related_name="follow_ups", editable=False
    )
    seen_on = models.DateField(_("seen on"))
    found = models.TextField(_("what was found"), max_length=4000)

    class Meta(Record.Meta):
        ordering: ClassVar = ["seen_on", "made_at"]

    def __str__(self) -> str:
        return f"{self.seen_on}"


class OutcomeScore(Record):
    """A score of a scale on a day; lower is better, as in a course file."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="scores", editable=False)
    course = models.ForeignKey(
        CourseRecord, models.PROTECT, null=True, blank=True, related_name="scores"
    )
    session = models.ForeignKey(
        SessionRecord, models.PROTECT, null=True, blank=True, related_name="scores"
    )
    scale = models.CharField(_("scale"), max_length=80)
    value = models.FloatField(_("value"))
    taken_on = models.DateField(_("taken on"))

    class Meta(Record.Meta):
        ordering: ClassVar = ["taken_on", "made_at"]

    def __str__(self) -> str:
        return f"{self.scale}: {self.value:g}"


def attachment_path(instance: Attachment, name: str) -> str:
    """Return where a file is stored: never under the name that somebody gave it."""
    return f"{instance.clinic_id}/{instance.id}.{instance.suffix}"


class Attachment(Record):
    """A photo or thermal image; the file is checked and written anew before it is stored."""

    class Kind(models.TextChoices):
        """What is seen on it."""

        PHOTO = "photo", _("Photo")
        THERMAL = "thermal", _("Thermal image")

    person = models.ForeignKey(Person, models.PROTECT, related_name="attachments", editable=False)
    session = models.ForeignKey(
        SessionRecord, models.PROTECT, null=True, blank=True, related_name="attachments"
    )
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    words = models.CharField(_("what it shows"), max_length=200, blank=True)
    file = models.FileField(upload_to=attachment_path, max_length=120)
    suffix = models.CharField(max_length=4, editable=False)
    bytes = models.PositiveIntegerField(editable=False)
    width_px = models.PositiveIntegerField(editable=False)
    height_px = models.PositiveIntegerField(editable=False)
    sha256 = models.CharField(max_length=64, editable=False)

    class Meta(Record.Meta):
        ordering: ClassVar = ["-made_at"]

    def __str__(self) -> str:
        return self.words or str(self.get_kind_display())
