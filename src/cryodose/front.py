"""The front door: `plan`, `simulate` and `room`; all above call these and compute nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from cryodose import evidence
from cryodose.dosing.plan import plan_dose
from cryodose.dosing.readings import check_readings, narrowed
from cryodose.dosing.simulation import Simulation, simulation
from cryodose.errors import BadInput
from cryodose.outcome import Plan, Simulated
from cryodose.outcome.build import shown_probes, simulated, sources_of, timetable
from cryodose.outcome.drug import DrugResult
from cryodose.outcome.freeze import FreezeResult
from cryodose.outcome.gas_words import too_long_words
from cryodose.outcome.release import Barred, told_release
from cryodose.outcome.room import RoomResult
from cryodose.outcome.room_plan import Room, freeze_in_room, in_room, room_of
from cryodose.outcome.words import reasons_of, warnings_of
from cryodose.procedures import Probe, followed_s, is_cold_gas, procedure_for
from cryodose.screening import Facts, Screening, facts_from, read_facts, screen
from cryodose.session import (
    ColdPack,
    Cryoelectrophoresis,
    LiquidNitrogen,
    Session,
    load_session,
    session_from_dict,
)

Patient = Screening | Facts | str | Path | dict[str, Any]
Input = Session | str | Path | dict[str, Any]


def session_of(source: Input) -> Session:
    """Return a session from a session, the path of a file, or plain data.

    Raises
    ------
    BadInput
        For anything that is not a valid session.
    """
    if isinstance(source, Session):
        return source
    if isinstance(source, dict):
        return session_from_dict(source)
    return load_session(source)


def plan(
    source: Input,
    *,
    members: int | None = None,
    seed: int | None = None,
    resolution: int = 1,
    patient: Patient | None = None,
    on: date | str | None = None,
    room: Room | None = None,
) -> Plan | DrugResult | FreezeResult:
    """Return the dose of cold for a session.

    Parameters
    ----------
    source : Session, path or dict
        A session, its file, or what the file would hold.
    members : int, optional
        Size of the ensemble; default what the session's `[plan]` says, else 512. A dose is never
        read off fewer than 256: too few members miss the tail that the limits are about. Of a
        freeze both are 200.
    seed : int, optional
        Seed of the draws; the same seed and session give the same plan to the bit.
    resolution : int
        Multiplies cells and time steps.
    patient : Screening, Facts, path or dict, optional
        Who is screened first: a screening, facts, a patient file, or what it would hold.
    on : date or str, optional
        The day of the session; needed with a patient that is not screened yet.
    room : RoomFile, path or dict, optional
        Where a nitrogen device stands: the plan shows the oxygen, and is refused where it would
        pass the first alarm.

    Returns
    -------
    Plan, DrugResult or FreezeResult
        `DrugResult` for cryoelectrophoresis, `FreezeResult` for a cryogen on a lesion. Not
        `released` unless its `screening` hit no rule and left no question open.

    Raises
    ------
    BadInput
        For a session or a patient that does not follow the format.
    Barred
        Where screening says stop; its `screening` holds the findings.
    NoProcedure
        For a modality that this version cannot run.

    Examples
    --------
    >>> from cryodose import plan
    >>> answer = plan({
    ...     "subject": {"adipose_mm": 12},
    ...     "exposure": {"modality": "cold-pack", "agent": "crushed-ice", "site": "calf"},
    ... }, members=64)
    >>> answer.dose.longest_s <= 1200
    True
    """
    session = session_of(source)
    screened = screening_of(session, patient, on)
    place = None if room is None else room_of(room, session.modality)
    if isinstance(session.exposure, LiquidNitrogen):
        frozen = _planned_freeze(session, (members, seed), resolution, screened)
        return freeze_in_room(frozen, place)
    procedure_for(session)
    _check_dosable(session)
    n, s = _size(session, members, seed)
    n = max(n, int(evidence.value("numerics", "members_dose")))
    if isinstance(session.exposure, Cryoelectrophoresis):
        from cryodose.dosing.drug_plan import plan_drug
        from cryodose.outcome.drug_build import drug_plan_of

        drug = plan_drug(session, n, s, resolution=resolution)
        return drug_plan_of(drug, session, screened)
    planned = plan_dose(session, n, s, shown_probes(session), resolution=resolution)
    shown = None if planned.at_dose is None else simulated(planned.at_dose)
    run = planned.searched
    answer = Plan(
        session,
        planned.dose,
        shown,
        timetable(session, planned.dose, planned.applications),
        planned.alternatives,
        warnings_of(session, planned),
        reasons_of(planned),
        run.assumed(),
        sources_of(run, planned.dose, planned.build_up),
        run.site,
        s,
        n,
    )
    warnings = told_release(answer.warnings, screened)
    answer = replace(answer, screening=screened, warnings=warnings, build_up=planned.build_up)
    return answer if place is None else in_room(answer, place)


def preview(
    source: Input, *, members: int, seed: int = 0, patient: Patient | None = None
) -> Plan | DrugResult | FreezeResult:
    """Return a plan that is judged at the time its session states: quick, for a slider.

    It searches nothing: of few members it says what the stated time does, which limits it keeps
    and which goals it reaches. A dose is only ever read off `plan`.

    Parameters
    ----------
    source : Session, path or dict
        With its time: of one application, or freezes of one length.
    members, seed, patient
        As for `plan`; `members` is used as it is, and the patient's screening is of today.

    Returns
    -------
    Plan, DrugResult or FreezeResult
        Its verdict is ``dose``, ``goal-not-reached``, or ``refused`` where a limit is passed or a
        rule forbids it. A limit that is passed still shows what the time would do.

    Raises
    ------
    BadInput, Barred, NoProcedure
        As for `plan`; also for a session without a time.
    """
    session = session_of(source)
    screened = screening_of(session, patient, None)
    procedure_for(session)
    _check_dosable(session)
    size = _size(session, members, seed)
    from cryodose.outcome import preview as quick

    if isinstance(session.exposure, Cryoelectrophoresis):
        return quick.preview_drug(session, size, screened)
    if not isinstance(session.exposure, LiquidNitrogen):
        return quick.preview_plan(session, size, screened)
    from cryodose.dosing.freeze_plan import refused_before
    from cryodose.outcome.freeze_build import refused_freeze

    refused = refused_before(session)
    if refused is not None:
        return refused_freeze(session, refused, size[1], size[0], screened)
    return quick.preview_of_freeze(session, size, screened)


def _planned_freeze(
    session: Session,
    asked: tuple[int | None, int | None],
    resolution: int,
    screened: Screening | None,
) -> FreezeResult:
    from cryodose.dosing.freeze_plan import plan_freeze, refused_before
    from cryodose.outcome.freeze_build import freeze_plan_of, refused_freeze

    members, seed = _freeze_size(session, *asked)
    members = max(members, int(evidence.value("freeze_policy", "search.members")))
    _check_dosable(session)
    if session.goals:
        expected = (
            "no [[goal]]: a freeze has its lesion for a goal; [plan] probability says how sure"
        )
        raise BadInput(None, "goal", session.goals[0].kind, expected)
    refused = refused_before(session)
    if refused is not None:
        return refused_freeze(session, refused, seed, members, screened)
    planned = plan_freeze(session, members, seed, resolution=resolution)
    return freeze_plan_of(planned, session, (members, seed), resolution, screened)


def screening_of(
    session: Session, patient: Patient | None, on: date | str | None
) -> Screening | None:
    """Return what screening says of a person for a session, or None without a person.

    Raises
    ------
    Barred
        Where it says stop.
    BadInput
        For a patient that cannot be read, a missing day, or a screening for something else.
    """
    if patient is None:
        return None
    if isinstance(patient, Screening):
        found = patient
        if found.procedure != session.modality:
            expected = f"a screening for {session.modality}"
            raise BadInput(None, "patient.procedure", found.procedure, expected)
    else:
        found = screen(_facts(patient), session.modality, _day(on), stage="once")
    if found.verdict == "stop":
        raise Barred(found)
    return found


def _facts(patient: Facts | str | Path | dict[str, Any]) -> Facts:
    if isinstance(patient, Facts):
        return patient
    return facts_from(patient) if isinstance(patient, dict) else read_facts(patient)


def _day(on: date | str | None) -> date:
    try:
        return on if isinstance(on, date) else date.fromisoformat(on or "")
    except (TypeError, ValueError):
        raise BadInput(None, "on", on, "the day of the session, such as 2026-12-01") from None


def simulate(
    source: Input, *, members: int | None = None, seed: int | None = None, resolution: int = 1
) -> Simulated | DrugResult | FreezeResult:
    """Return what a session, run as its file states it, does to the tissue.

    Parameters and errors as for `plan`; the session must say how long the cold is on. Its readings
    of the person narrow the bands, as they do for a plan.
    """
    session = session_of(source)
    procedure_for(session)
    if isinstance(session.exposure, LiquidNitrogen):
        from cryodose.outcome.freeze_build import freeze_simulation_of

        return freeze_simulation_of(_freeze_run(session, members, seed, resolution))
    n, s = _size(session, members, seed)
    if isinstance(session.exposure, Cryoelectrophoresis):
        from cryodose.outcome.drug_build import drug_simulation_of

        return drug_simulation_of(_drug_run(session, n, s, resolution))
    probes = shown_probes(session)
    run = simulation(
        session, session.measured, members=n, seed=s, probes=probes, resolution=resolution
    )
    cautions = too_long_words(session, run.request.exit_s) if is_cold_gas(session) else ()
    if not session.measured:
        return replace(simulated(run), warnings=cautions)
    check_readings(session, run.site, run.request.exit_s)
    # Looked at as long as without readings: they say more of a person, not of a shorter time.
    followed = max(run.request.recovery_s, followed_s(session, ()))
    known, ignored = narrowed(replace(run, request=replace(run.request, recovery_s=followed)))
    return replace(simulated(known), warnings=(*cautions, *ignored))


def room(source: str | Path | dict[str, Any]) -> RoomResult:
    """Return what nitrogen does to the oxygen of a room.

    Parameters
    ----------
    source : path or dict
        A room file, or what it would hold.

    Raises
    ------
    BadInput
        For a room that does not follow the format.

    Examples
    --------
    >>> from cryodose import room
    >>> answer = room({"room": {"floor_m2": 40}, "nitrogen": {"boil_off_kg_day": 2}})
    >>> answer.exit_code
    0
    """
    from cryodose.procedures.room import assess_room
    from cryodose.session.room import load_room, room_from_dict

    file = room_from_dict(source) if isinstance(source, dict) else load_room(source)
    return RoomResult(assess_room(file))


def _drug_run(session: Session, members: int, seed: int, resolution: int) -> Simulation:
    probes = (Probe(1.0),)
    run = simulation(session, members=members, seed=seed, probes=probes, resolution=resolution)
    if session.subject.kind == "human":
        after = evidence.value("limits", "interval.time_s")
        return replace(run, request=replace(run.request, recovery_s=after))
    return run


def _freeze_run(
    session: Session, members: int | None, seed: int | None, resolution: int
) -> Simulation:
    """Return the ensemble of a freeze as its file states it, followed until the cold has spread."""
    from cryodose.dosing.freeze_ensemble import as_stated

    n, s = _freeze_size(session, members, seed)
    return as_stated(simulation(session, members=n, seed=s, resolution=resolution))


def _freeze_size(session: Session, members: int | None, seed: int | None) -> tuple[int, int]:
    """Return members and seed of a freeze, whose histories fill the memory sooner."""
    usual, most = (
        int(evidence.value("freeze_policy", f"search.{k}")) for k in ("members", "members_most")
    )
    n, s = _size(session, members, seed, usual)
    if n > most:
        raise BadInput(None, "members", n, f"at most {most} for a freeze")
    return n, s


def _check_dosable(session: Session) -> None:
    """Refuse what has no dose: other subjects than people, and nothing cold."""
    if session.subject.kind != "human":
        raise BadInput(None, "subject.kind", session.subject.kind, 'a plan doses a "human"')
    exposure = session.exposure
    if isinstance(exposure, ColdPack) and exposure.agent == "none":
        raise BadInput(None, "exposure.agent", "none", "something cold: a plan doses an agent")
    most = evidence.value("limits", "cold.t_agent_c")
    for key, name in (
        ("agent_temperature_c", "agent_temperature_C"),
        ("water_temperature_c", "water_temperature_C"),
    ):
        given = getattr(exposure, key, None)
        if given is not None and given > most:
            expected = f"at most {most:g} C: above that nothing is cooled"
            raise BadInput(None, f"exposure.{name}", given, expected)


def _size(
    session: Session, members: int | None, seed: int | None, usual: int | None = None
) -> tuple[int, int]:
    chosen = members if members is not None else session.plan.members
    start = seed if seed is not None else session.plan.seed
    if usual is None:
        usual = int(evidence.value("numerics", "members"))
    members = usual if chosen is None else chosen
    least, most = (int(evidence.value("numerics", f"members_{k}")) for k in ("least", "most"))
    if not least <= members <= most:
        raise BadInput(None, "members", members, f"a whole number from {least} to {most}")
    return members, start or 0
