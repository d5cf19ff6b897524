"""What is believed of a freeze before it begins: tissue, cold, cells."""

from __future__ import annotations

from cryodose import evidence
from cryodose.procedures.beliefs import Beliefs
from cryodose.procedures.draws import Prior, stated
from cryodose.procedures.freeze_cold import cold_beliefs, technique_of
from cryodose.procedures.freeze_gel import gel_makeup
from cryodose.procedures.freeze_lesion import lesion_beliefs
from cryodose.procedures.person import add_start, adipose_belief
from cryodose.session import LiquidNitrogen, Session

HUMAN_TISSUES = ("keratin", "epidermis", "dermis", "fat", "muscle", "tendon", "cartilage", "bone")
ANIMAL_TISSUES = ("epidermis", "dermis", "fat", "muscle")
_ANIMAL_SIZES = ("epidermis_mm", "dermis_mm", "adipose_mm", "soft_mm")
_HUMAN_SIZES = ("keratin_mm", "cartilage_mm", "soft_mm", "deep_mm", "nerve_depth_mm", "girth_mm")


def exposure_of(session: Session) -> LiquidNitrogen:
    """Return the exposure of a session of this modality."""
    if not isinstance(session.exposure, LiquidNitrogen):
        raise TypeError("not a session with a cryogen")
    return session.exposure


def is_excised(session: Session) -> bool:
    """Tell whether an animal's skin is without blood: it has a start temperature of its own."""
    return session.subject.kind.endswith("-skin") and (
        session.subject.initial_temperature_c is not None
    )


def is_alive(session: Session) -> bool:
    """Tell whether blood flows."""
    return session.subject.kind != "gel" and not is_excised(session)


def freeze_prior(session: Session, site: str) -> Prior:
    """Return what is believed of every quantity of a freeze."""
    beliefs = Beliefs(session)
    kind = session.subject.kind
    if kind == "gel":
        _gel(beliefs)
    elif kind == "human":
        _human(beliefs, site)
    else:
        _animal(beliefs, kind)
    beliefs.table("h_air_w_m2k", "cryogens", "air.h_w_m2k")
    beliefs.table("t_room_c", "physiology", "rest.t_room_c")
    lesion_beliefs(beliefs, exposure_of(session))
    cold_beliefs(beliefs, technique_of(session))
    _cells(beliefs)
    return beliefs.prior()


def _cells(beliefs: Beliefs) -> None:
    for cell in evidence.names("cell_death", "cell"):
        for key in ("half_c", "width_k"):
            beliefs.table(f"{cell}.{key}", "cell_death", f"cell.{cell}.{key}")
    beliefs.table("hold_k", "cell_death", "hold.per_decade_k")
    beliefs.table("repeat_k", "cell_death", "repeat.shift_k")


def _tissues(beliefs: Beliefs, names: tuple[str, ...]) -> None:
    for name in names:
        beliefs.table(f"water.{name}", "freezing", f"tissue.{name}.water")
    beliefs.table("freezing_c", "freezing", "law.freezing_c")
    beliefs.table("k_factor", "freezing", "law.k_factor_tissue")
    beliefs.table("t_stasis_c", "cell_death", "vessels.stasis_c")


def _human(beliefs: Beliefs, site: str) -> None:
    subject = beliefs.session.subject
    if exposure_of(beliefs.session).site is None:
        beliefs.assume_word("exposure.site", site)
    own = evidence.has("sites", f"{site}.epidermis_mm")
    place = ("sites", f"{site}.epidermis_mm") if own else ("physiology", "body.epidermis_mm")
    beliefs.table("epidermis_mm", *place)
    beliefs.table("dermis_mm", "sites", f"{site}.dermis_mm")
    for key in _HUMAN_SIZES:
        if evidence.has("sites", f"{site}.{key}"):
            beliefs.table(key, "sites", f"{site}.{key}")
    if subject.girth_mm is not None and "girth_mm" in beliefs.found:
        beliefs.found["girth_mm"] = stated("subject.girth_mm", subject.girth_mm, "mm")
    beliefs.found["adipose_mm"] = adipose_belief(beliefs, site)
    soft = evidence.text("sites", f"{site}.soft")
    unused = {"muscle", "tendon", "cartilage"} - {soft}
    if "cartilage_mm" in beliefs.found:
        unused -= {"cartilage"}
    _tissues(beliefs, tuple(t for t in HUMAN_TISSUES if t not in unused))
    beliefs.table("skin_blood_flow_ml_min_m2", "sites", f"{site}.skin_blood_flow_ml_min_m2")
    add_start(beliefs, site)


def _animal(beliefs: Beliefs, kind: str) -> None:
    subject = beliefs.session.subject
    for key in _ANIMAL_SIZES:
        beliefs.table(key, "animals", f"{kind}.{key}")
    if subject.adipose_mm is not None:
        path = "subject.adipose_mm"
        table = evidence.quantity("animals", f"{kind}.adipose_mm")
        beliefs.size("adipose_mm", path, subject.adipose_mm, table, 0.0)
    _tissues(beliefs, ANIMAL_TISSUES)
    beliefs.table("skin_blood_flow_ml_min_m2", "animals", f"{kind}.skin_blood_flow_ml_min_m2")
    if is_excised(beliefs.session):
        _start(beliefs)
        return
    baseline = subject.baseline
    skin = baseline.skin_c if baseline else None
    error = evidence.value("physiology", "rest.baseline_error_k")
    table = evidence.quantity("animals", f"{kind}.t_skin_c")
    beliefs.temperature("t_skin_c", "subject.baseline.skin_C", skin, table, error)
    beliefs.table("t_artery_c", "animals", f"{kind}.t_artery_c")


def _start(beliefs: Beliefs) -> None:
    """Take the uniform start temperature; room temperature where none is stated."""
    subject, path = beliefs.session.subject, "subject.initial_temperature_C"
    error = subject.initial_temperature_c_sd or beliefs.doubt(path, "start_k")
    room = evidence.quantity("physiology", "rest.t_room_c")
    beliefs.temperature("t_skin_c", path, subject.initial_temperature_c, room, error)


def _gel(beliefs: Beliefs) -> None:
    for name, quantity in gel_makeup(beliefs).items():
        beliefs.found[name] = quantity
    beliefs.table("k_factor", "freezing", "law.k_factor_gel")
    _start(beliefs)
