"""Everything that is kept of a person, on paper: beside the FHIR document, for human readers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from cryodose.clinic.live.store import state_now
from cryodose.clinic.models import Access, Person, PlanRecord, Record, ScreeningRecord
from cryodose.clinic.paper.parts import (
    amount,
    day,
    document,
    listed,
    moment,
    pairs,
    part,
    retired,
    under,
    who,
)
from cryodose.clinic.paper.session import session_parts
from cryodose.clinic.words import RECORDS, VERDICTS
from cryodose.outcome.markup import Markup, el

# Of the people who read it the newest so many; the FHIR export has them all.
MOST_READS = 500


def person_page(person: Person) -> str:
    """Return everything that is kept of a person as one HTML document, in the reader's language."""
    told = f"{_('Sessions')}: {person.sessions.count()}, {_('Plans')}: {person.plans.count()}"
    return document(_("Everything that is kept"), told, person, *_parts(person))


def _parts(person: Person) -> Iterator[Markup | None]:
    yield part(_("Person"), pairs(_known(person)))
    yield _conditions(person)
    yield _consents(person)
    yield part(_("Screenings"), *_screenings(person))
    yield part(_("Plans"), *_plans(person))
    yield _courses(person)
    for session in person.sessions.order_by("planned_for"):
        title = f"{_('Session')}: {session.get_procedure_display()}, {moment(session.planned_for)}"
        parts = session_parts(session, state_now(session), is_drawn=False)
        yield part(title, *[under(name, *inside) for name, inside in parts])
    yield _harm(person)
    yield _scores(person)
    yield _pictures(person)
    yield _versions(person)
    yield _reads(person)


def _known(person: Person) -> Iterator[tuple[str, object]]:
    yield _("No."), person.number
    yield _("family name"), person.family_name
    yield _("given name"), person.given_name or "–"
    yield _("date of birth"), day(person.birth_date)
    yield _("sex"), person.get_sex_display()
    yield _("language"), person.language or "–"
    yield _("telephone"), person.phone or "–"
    yield _("e-mail address"), person.email or "–"
    yield _("Height"), amount(person.height_m, "m")
    yield _("Mass"), amount(person.mass_kg, "kg")
    yield _("Body fat"), amount(person.body_fat_percent, "%")
    yield _("skin type (Fitzpatrick)"), amount(person.skin_type)
    if person.note:
        yield _("Note"), person.note
    if person.external_id:
        yield _("Known elsewhere as"), f"{person.external_system} {person.external_id}"
    if person.retired_at:
        yield _("Taken out of use."), f"{moment(person.retired_at)} {person.retired_why}"


def _conditions(person: Person) -> Markup:
    rows = []
    for row in person.conditions.order_by("made_at"):
        codes = " ".join(code for code in (row.icd10, row.snomed) if code)
        state = f"{row.get_status_display()}, {row.get_verification_display()}".strip(", ")
        lasted = " – ".join(d for d in (row.since, row.until) if d)
        stated = " ".join(str(w) for w in (row.stated_on, row.stated_by) if w)
        words = " ".join(w for w in (row.words, row.note) if w)
        rows.append((f"{words}{retired(row)}", codes, state, lasted, stated))
    head = (_("Diagnosis"), _("Code"), _("State"), _("When"), _("stated by"))
    return part(_("Diagnoses"), listed(head, rows))


def _consents(person: Person) -> Markup:
    rows = [
        (
            c.get_procedure_display(),
            f"{c.given_on} – {c.expires_on}",
            f"{_('withdrawn')} {c.withdrawn_on}" if c.withdrawn_on else "",
            _("yes") if c.for_research else _("no"),
            f"{c.text} {c.given_by}{retired(c)}",
        )
        for c in person.consents.order_by("given_on", "made_at")
    ]
    head = (_("Procedure"), _("When"), _("State"), _("Research"), _("Consent"))
    return part(_("Consents"), listed(head, rows))


def _screenings(person: Person) -> Iterator[Markup]:
    for row in person.screenings.order_by("made_at"):
        yield under(f"{row.day}: {row.get_procedure_display()}", pairs(_screening(row)))


def _screening(row: ScreeningRecord) -> Iterator[tuple[str, object]]:
    yield _("Verdict"), f"{VERDICTS.get(row.verdict, row.verdict)}{retired(row)}"
    for finding in row.result.get("findings", []):
        because = "; ".join(finding.get("because", []))
        yield str(finding.get("rule", "")), f"{finding.get('condition', '')} {because}".strip()
    answers = row.answers.get("answers", {})
    if isinstance(answers, dict) and answers:
        yield _("Answers"), "; ".join(f"{k}: {_said(v)}" for k, v in answers.items())
    yield _("Rules"), row.rules_version
    yield _("Written down by"), f"{who(row)}, {moment(row.made_at)}"


def _said(answer: Any) -> str:
    if isinstance(answer, dict):
        return ", ".join(f"{v}" for v in answer.values())
    return str(answer)


def _plans(person: Person) -> Iterator[Markup]:
    for row in person.plans.order_by("made_at"):
        yield under(f"{moment(row.made_at)}: {row}", pairs(_plan(row)))


def _plan(row: PlanRecord) -> Iterator[tuple[str, object]]:
    yield _("Procedure"), row.get_procedure_display()
    state = _("refused") if row.verdict == "refused" else row.verdict
    yield _("State"), f"{state}, {_('released') if row.released else _('not released')}"
    yield _("Dose of the plan"), amount(row.dose_s, "s")
    for limit in row.answer.get("limits", []):
        allowed = amount(limit.get("allowed_s"), "s")
        yield _("Limit"), f"{limit.get('words', '')}: {allowed}"
    for warning in row.answer.get("warnings", []):
        yield _("Mind"), warning
    for reason in row.answer.get("reasons", []):
        yield _("Why"), reason
    computed = f"cryodose {row.version}, {_('seed')} {row.seed}, {_('people drawn')} {row.members}"
    yield _("Computed by"), computed
    yield _("Fingerprint"), f"{row.digest}{retired(row)}"
    yield _("Written down by"), who(row)


def _courses(person: Person) -> Markup:
    rows = [
        (moment(c.made_at), c.get_procedure_display(), f"{c} {c.goal}{retired(c)}", who(c))
        for c in person.courses.order_by("made_at")
    ]
    head = (_("When"), _("Procedure"), _("Goal"), _("By"))
    return part(_("Courses"), listed(head, rows))


def _harm(person: Person) -> Markup:
    rows = []
    for row in person.adverse_events.order_by("happened_at"):
        after = "; ".join(f"{f.seen_on}: {f.found}{retired(f)}" for f in row.follow_ups.all())
        state = f"{_('closed on')} {row.closed_on}" if row.closed_on else _("open")
        words = f"{row.what}. {row.site} {row.done} {after}{retired(row)}"
        rows.append((moment(row.happened_at), row.get_severity_display(), words, state))
    head = (_("When"), _("severity"), _("what happened"), _("State"))
    return part(_("Adverse events"), listed(head, rows))


def _scores(person: Person) -> Markup:
    rows = [
        (day(s.taken_on), s.scale, f"{s.value:g}{retired(s)}")
        for s in person.scores.order_by("taken_on", "made_at")
    ]
    return part(_("Scores"), listed((_("When"), _("scale"), _("Value")), rows))


def _pictures(person: Person) -> Markup:
    rows = [
        (moment(a.made_at), a.get_kind_display(), f"{a}{retired(a)}", el("code", a.sha256))
        for a in person.attachments.order_by("made_at")
    ]
    return part(_("Pictures"), listed((_("When"), _("kind"), _("What"), "SHA-256"), rows))


def _versions(person: Person) -> Markup:
    rows: list[tuple[Any, str, str, str]] = []
    for model in Record.__subclasses__():
        if not model.person_path:
            continue
        path = "id" if model is Person else model.person_path
        found = model.history.filter(**{path: person.pk}).select_related("history_user")
        kind = str(RECORDS.get(model.__name__, model.__name__))
        for row in found:
            by = row.history_user.name if row.history_user else "–"
            rows.append((row.history_date, kind, row.history_change_reason or "", by))
    rows.sort(key=lambda row: row[0])
    head = (_("When"), _("What"), _("Why"), _("By"))
    told = ((moment(at), kind, why, by) for at, kind, why, by in rows)
    return part(_("Changes"), listed(head, told))


def _reads(person: Person) -> Markup:
    rows = Access.objects.filter(person=person).select_related("user").order_by("-at", "-pk")
    count = rows.count()
    told = (
        (
            moment(row.at),
            row.user.name if row.user else _("the person"),
            row.action,
            "" if row.allowed else _("refused"),
        )
        for row in rows[:MOST_READS]
    )
    made = listed((_("When"), _("Who"), _("Action"), _("State")), told)
    more = f"{_('Older ones are in the export (FHIR)')}: {count - MOST_READS}"
    left = el("p", more, class_="note") if count > MOST_READS else None
    return part(_("Who was shown it"), made, left)
