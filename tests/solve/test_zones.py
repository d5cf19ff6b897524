"""Oxygen in two zones: balance of the gas, agreement with the mixed room, order of rooms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cryodose.physics.room_oxygen import mixed_share, steady_share
from cryodose.procedures.room import Source, run_room, zones_m3
from cryodose.session.room import RoomFile, room_from_dict
from cryodose.solve.zones import Flows, follow_oxygen, matrix_exponential

AIR = 0.2095
rooms = st.fixed_dictionaries(
    {
        "floor_m2": st.floats(4, 200),
        "height_m": st.floats(2, 5),
        "door": st.sampled_from(["open", "closed"]),
    }
)
fans = st.sampled_from([(f, o) for f in ("supply", "exhaust") for o in ("low", "high")])


def file_of(room: dict, fan: tuple[str, str], flow: float, caught: float = 0.0) -> RoomFile:
    air = {
        "fan": fan[0],
        "opening": fan[1],
        "fresh_m3_h": flow,
        "device_extraction_percent": caught,
    }
    return room_from_dict({"room": room, "ventilation": air, "nitrogen": {}})


@settings(max_examples=40, deadline=None)
@given(rooms, fans, st.floats(0, 2000), st.floats(1, 3), st.floats(1e-4, 0.2))
def test_more_ventilation_never_less_oxygen(
    room: dict, fan: tuple[str, str], flow: float, more: float, kg_s: float
) -> None:
    sources = (Source(180.0, kg_s, 0.001), Source(900.0, 0.0, 0.001))
    less = run_room(file_of(room, fan, flow), sources, flow)
    best = run_room(file_of(room, fan, flow * more), sources, flow * more)
    assert np.all(best.share >= less.share - 1e-12)


@settings(max_examples=40, deadline=None)
@given(rooms, fans, st.floats(0, 2000), st.floats(0, 0.5))
def test_gas_is_conserved_and_shares_stay_possible(
    room: dict, fan: tuple[str, str], flow: float, kg_s: float
) -> None:
    file = file_of(room, fan, flow)
    found = run_room(file, (Source(300.0, kg_s), Source(600.0)), flow)
    held = found.share @ zones_m3(file)
    miss = held - held[0] - found.gained_m3 + found.lost_m3
    assert np.abs(miss).max() <= 1e-9 * held[0]
    assert np.all(found.share >= -1e-12)
    assert np.all(found.share <= AIR + 1e-12)


@settings(max_examples=25, deadline=None)
@given(rooms, fans, st.floats(0, 1000), st.floats(1e-4, 0.1), st.floats(0, 100))
def test_what_the_device_catches_never_harms(
    room: dict, fan: tuple[str, str], flow: float, kg_s: float, caught: float
) -> None:
    source = (Source(600.0, kg_s),)
    bare = run_room(file_of(room, fan, flow), source, flow)
    kept = run_room(file_of(room, fan, flow, caught), source, flow)
    assert np.all(kept.share >= bare.share - 1e-12)


@pytest.mark.parametrize("fan", ["supply", "exhaust"])
def test_strong_mixing_is_the_mixed_room(fan: str) -> None:
    volume, flow, gas = np.array([6.0, 24.0]), 0.05, 0.02
    even = volume / 30.0
    if fan == "supply":
        fresh, out, through = flow * even, (flow + gas) * even, flow + gas
    else:
        fresh, out, through = (flow - gas) * even, flow * even, flow
    spans = (Flows(900.0, fresh, gas * np.array([0.8, 0.2]), out, 1e4),)
    found = follow_oxygen(volume, np.full(2, AIR), AIR, spans, 60.0)
    steady = steady_share(flow, gas, AIR, fan)
    want = mixed_share(found.time_s, AIR, steady, through, 30.0)
    assert found.share == pytest.approx(np.stack([want, want], axis=1), abs=1e-6)


def test_the_steps_of_the_answer_do_not_matter() -> None:
    volume = np.array([6.0, 24.0])
    one = np.array([0.5, 0.5])
    spans = (Flows(600.0, 0.03 * one, 0.02 * one, 0.05 * one, 0.01),)
    coarse = follow_oxygen(volume, np.full(2, AIR), AIR, spans, 600.0)
    fine = follow_oxygen(volume, np.full(2, AIR), AIR, spans, 7.0)
    assert coarse.share[-1] == pytest.approx(fine.share[-1], rel=1e-12)


def test_matrix_exponential() -> None:
    turn = matrix_exponential(np.array([[0.0, -9.0], [9.0, 0.0]]))
    assert turn == pytest.approx(
        np.array([[np.cos(9), -np.sin(9)], [np.sin(9), np.cos(9)]]), abs=1e-12
    )
    assert matrix_exponential(np.zeros((3, 3))) == pytest.approx(np.eye(3))
