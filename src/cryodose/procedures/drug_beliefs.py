"""What is believed of skin, drug and donor before a current is switched on."""

from __future__ import annotations

import numpy as np

from cryodose import evidence
from cryodose.procedures import cold_pack
from cryodose.procedures.beliefs import Beliefs
from cryodose.procedures.draws import Z95, Prior, stated, stated_positive
from cryodose.procedures.drug import Drug, drug_of
from cryodose.procedures.drug_session import exposure_of, is_in_vitro, thermal_session
from cryodose.session import Session
from cryodose.units import PERCENT

G_PER_M3_PER_PERCENT = PERCENT**2  # one percent is 10 g per litre

_SKIN = (
    "flow_ul_h_ma",
    "flow_half_mol_m3",
    "activation_current_j_mol",
    "activation_passive_j_mol",
    "flow_clearance_per_s",
    "wall_clearance_per_s",
)


def prior(session: Session, site: str | None = None) -> Prior:
    """Return what is believed of every quantity of skin, drug and donor."""
    beliefs = Beliefs(session)
    drug = drug_of(exposure_of(session).drug)
    kind = f"class.{drug.kind}"
    beliefs.table("d_water_m2s", "drugs", f"{drug.key}.d_water_m2s")
    for key in evidence.names("iontophoresis", kind):
        beliefs.table(key, "iontophoresis", f"{kind}.{key}")
    for key in _SKIN:
        beliefs.table(key, "iontophoresis", f"skin.{key}")
    beliefs.table("isoelectric_ph", "iontophoresis", f"skin.isoelectric_ph{_species(session)}")
    beliefs.table("pore_m", "iontophoresis", "pore.radius_m")
    beliefs.table("cation_preference", "iontophoresis", "pore.cation_preference")
    beliefs.table("spread", "iontophoresis", "model.spread")
    if evidence.has("drugs", f"{drug.key}.free_share"):
        beliefs.table("free_share", "drugs", f"{drug.key}.free_share")
    _donor(beliefs, drug)
    _vessels(beliefs)
    if is_in_vitro(session):
        start = session.subject.initial_temperature_c
        table = evidence.quantity("iontophoresis", "skin.t_reference_c")
        beliefs.temperature("t_membrane_c", "subject.initial_temperature_C", start, table, 0.0)
        return beliefs.prior()
    warm = cold_pack.prior(thermal_session(session), site)
    mine = beliefs.prior()
    return Prior({**warm.quantities, **mine.quantities}, (*warm.assumed, *mine.assumed))


def _species(session: Session) -> str:
    """Return the ending of a table's key for the skin of an animal."""
    subject = session.subject
    species = "pig" if subject.kind == "pig-skin" else subject.species or "human"
    return "" if species == "human" else f"_{species}"


def _donor(beliefs: Beliefs, drug: Drug) -> None:
    exposure = exposure_of(beliefs.session)
    usual = evidence.quantity("iontophoresis", "donor.percent")
    guessed = float(np.log(usual.high / usual.value)) / Z95
    keys = {"exposure.donor_percent", "exposure.donor_mmol_l"}
    doubt = guessed if keys & set(beliefs.session.assumed) else 0.0
    if exposure.donor_mmol_l is not None:
        donor = stated_positive("exposure.donor_mmol_l", exposure.donor_mmol_l, "mol/m3", doubt)
    else:
        share = exposure.donor_percent
        if share is None:
            share = beliefs.assume("exposure.donor_percent", usual).value
            doubt = guessed
        strength = share * G_PER_M3_PER_PERCENT / drug.mass_g_mol
        donor = stated_positive("exposure.donor_percent", strength, "mol/m3", doubt)
    beliefs.found["donor_mol_m3"] = donor
    beside = exposure.competing_ion_mmol_l
    if beside is None:  # the ions of a stated buffer carry current, too
        beside = beliefs.session.safety.buffer_mmol_l
    if beside is not None:
        found = stated("exposure.competing_ion_mmol_l", beside, "mol/m3")
    else:
        bare = drug.kind == "neutral" and not drug.salt_ions
        key = "neutral_salt_mmol_l" if bare else "competing_mmol_l"
        table = evidence.quantity("iontophoresis", f"donor.{key}")
        found = beliefs.assume("exposure.competing_ion_mmol_l", table)
    beliefs.found["competing_mol_m3"] = found
    if exposure.donor_ph is not None:
        beliefs.found["ph_donor"] = stated("exposure.donor_ph", exposure.donor_ph, "-")
    else:
        beliefs.assume("exposure.donor_ph", beliefs.found["ph_donor"])
    # A pad is cut to size; where a file states the whole current, its area hardly moves the dose.
    area = exposure.area_cm2
    if area is None:
        table = evidence.quantity("iontophoresis", "donor.area_cm2")
        area = beliefs.assume("exposure.area_cm2", table).value
    beliefs.found["electrode_cm2"] = stated("exposure.area_cm2", area, "cm2")


def _vessels(beliefs: Beliefs) -> None:
    kind = exposure_of(beliefs.session).vasoactive or "none"
    if kind != "none":
        beliefs.table("vasoactive_flow", "iontophoresis", f"skin.{kind}_flow")
        beliefs.table("vasoactive_s", "iontophoresis", "skin.vasoactive_s")
