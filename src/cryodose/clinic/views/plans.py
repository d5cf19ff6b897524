"""A kept plan: what it says, its report, and whether it comes out the same today."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cryodose.clinic.access import ClinicRequest, rule
from cryodose.clinic.models import PlanRecord
from cryodose.clinic.services.plans import is_same, plan_again
from cryodose.clinic.services.reports import report_page
from cryodose.errors import CryodoseError
from cryodose.outcome.tell import time_words

# A report is one page with its own style inside, and nothing in it may run.
REPORT_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox allow-modals"


@rule("person.read", of=PlanRecord)
def plan(request: ClinicRequest, plan: PlanRecord) -> HttpResponse:
    """Show a plan."""
    told = {
        "plan": plan,
        "person": plan.person,
        "answer": plan.answer,
        "dose_words": time_words(plan.dose_s) if plan.dose_s else "",
    }
    return render(request, "clinic/plan.html", told)


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
