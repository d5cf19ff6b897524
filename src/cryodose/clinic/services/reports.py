"""The report of a plan, whatever kind of plan it is."""

from __future__ import annotations

from cryodose.clinic.services.plans import Result
from cryodose.outcome import FreezeResult, Plan


def report_page(result: Result) -> str:
    """Return the report of a result as one HTML document, with its drawings."""
    if isinstance(result, Plan):
        from cryodose.plots.figures import report_figures
        from cryodose.report.plan_page import plan_page

        shown = result.simulated
        return plan_page(result, report_figures(shown, result.dose) if shown else {})
    if isinstance(result, FreezeResult):
        from cryodose.plots.freeze import freeze_figures
        from cryodose.report.freeze_page import freeze_page

        return freeze_page(result, freeze_figures(result))
    from cryodose.plots.special import drug_figures
    from cryodose.report.drug_page import drug_page

    return drug_page(result, drug_figures(result))
