"""Documents as PDF: reports, leaflets and records of sessions."""

from __future__ import annotations

from django.http import HttpResponse

from cryodose.clinic.access import ClinicRequest, rule
from cryodose.clinic.models import PlanRecord, SessionRecord
from cryodose.clinic.paper.session import session_page
from cryodose.clinic.services.leaflets import leaflet_pdf
from cryodose.clinic.services.plans import plan_again
from cryodose.clinic.services.reports import report_page
from cryodose.report.paper import pdf


def paper(sheets: bytes, name: str) -> HttpResponse:
    """Return sheets as an answer that a browser shows and saves under a name without a person's."""
    shown = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return HttpResponse(sheets, content_type="application/pdf", headers=shown)


@rule("person.read", of=PlanRecord)
def plan_pdf(request: ClinicRequest, plan: PlanRecord) -> HttpResponse:
    """Return the report of a plan, computed again from what was kept."""
    text = report_page(plan_again(plan))
    sheets = pdf(text, made_at=plan.made_at, author=plan.clinic.name)
    return paper(sheets, f"plan-{plan.pk}")


@rule("person.read", of=PlanRecord)
def plan_leaflet(request: ClinicRequest, plan: PlanRecord) -> HttpResponse:
    """Return what the person takes home, in their language."""
    return paper(leaflet_pdf(plan), f"leaflet-{plan.pk}")


@rule("person.read", of=SessionRecord)
def session_pdf(request: ClinicRequest, session: SessionRecord) -> HttpResponse:
    """Return the record of a session."""
    text = session_page(session)
    made_at = session.ended_at or session.started_at or session.made_at
    return paper(pdf(text, made_at=made_at, author=session.clinic.name), f"session-{session.pk}")
