"""A kept plan: what it says, its report, and whether it comes out the same today."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cryodose.clinic.access import ClinicRequest, rule
from cryodose.clinic.models import Person, PlanRecord
from cryodose.clinic.services.compare import FEWEST, MOST, compared
from cryodose.clinic.services.plans import is_same, plan_again
from cryodose.clinic.services.reports import report_page
from cryodose.clinic.views.shown import shown
from cryodose.errors import CryodoseError

_SHOWN = 50
# A report is one page with its own style inside, and nothing in it may run.
REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-modals"


@rule("person.read", of=PlanRecord)
def plan(request: ClinicRequest, plan: PlanRecord) -> HttpResponse:
    """Show a plan."""
    told = shown(plan.answer, plan.session)
    others = plan.person.plans.in_use().filter(procedure=plan.procedure).exclude(pk=plan.pk)
    told |= {
        "plan": plan,
        "person": plan.person,
        "released": plan.released,
        "others": others.order_by("-made_at")[:_SHOWN],
    }
    return render(request, "clinic/plan.html", told)


@rule("person.read", of=Person)
def plans_compare(request: ClinicRequest, person: Person) -> HttpResponse:
    """Show two or more kept plans of a person side by side."""
    rows = person.plans.in_use().order_by("-made_at")
    chosen = named(rows, request.GET.getlist("plan"))
    told: dict[str, Any] = {"person": person, "plans": rows[:_SHOWN], "chosen": chosen}
    if len(chosen) >= FEWEST:
        told |= compared(chosen)
    return render(request, "clinic/plans_compare.html", told)


def named(rows: QuerySet[PlanRecord], ids: list[str]) -> list[PlanRecord]:
    """Return the plans with these ids, each once and in this order; no more than fit a page.

    Raises
    ------
    Http404
        For one that is not among the rows.
    """
    wanted = list(dict.fromkeys(ids))[:MOST]
    try:
        found = {str(row.pk): row for row in rows.filter(pk__in=wanted)}
    except ValidationError:
        raise Http404 from None
    if len(found) != len(wanted) or set(found) != set(wanted):
        raise Http404
    return [found[one] for one in wanted]


@rule("person.read", of=PlanRecord)
def plan_report(request: ClinicRequest, plan: PlanRecord) -> HttpResponse:
    """Return the report of a plan, computed again from what was kept."""
    text = report_page(plan_again(plan))
    return HttpResponse(text, headers={"Content-Security-Policy": REPORT_POLICY})


@require_POST
@rule("person.read", of=PlanRecord)
def plan_check(request: ClinicRequest, plan: PlanRecord) -> HttpResponse:
    """Compute a plan again and say whether it is the same to the bit."""
    try:
        same = is_same(plan, plan_again(plan))
    except CryodoseError as error:
        messages.error(request, str(error))
        return redirect("plan", pk=plan.pk)
    if same:
        messages.success(request, _("Computed again: the same to the bit."))
    else:
        messages.warning(request, _("Computed again: it comes out differently today."))
    return redirect("plan", pk=plan.pk)
