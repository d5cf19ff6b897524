"""What freezes on a person in cold gas, and what does not."""

from __future__ import annotations

import numpy as np
from tests.procedures.gas_people import chamber, run


def test_bare_ears_freeze_where_covered_ones_do_not() -> None:
    bare, worn = (run(chamber(-160.0, c)) for c in ({}, {"ears": "headband"}))
    thickest = [r["ear"].ice_mm.max() for r in (bare, worn)]
    assert 0.1 < thickest[0] < 2.0
    assert thickest[1] == 0.0
    assert bare["thigh"].ice_mm.max() == 0.0
    # Latent heat holds the ear near its freezing range: supercooled skin would be far colder.
    assert -6.0 < bare["ear"].t_skin_c.min() < -1.0
    # In the room the ice melts again.
    after = run(chamber(-160.0), after_s=600.0)["ear"].ice_mm[:, 0]
    assert after[-1] < 0.5 * after.max()


def test_wet_socks_freeze_toes_that_dry_ones_keep() -> None:
    wet, dry = (run(chamber(-170.0, {"feet": x}), 240.0) for x in ("wet wool socks", "wool socks"))
    assert wet["toe"].ice_mm.max() > 0.03
    assert dry["toe"].ice_mm.max() == 0.0


def test_a_toe_frozen_through_gets_no_warmer_while_the_cold_is_on() -> None:
    small = {"sex": "female", "height_m": 1.4, "mass_kg": 40, "body_fat_percent": 5}
    found = run(chamber(-190.0, **small), 300.0)
    toe = found["toe"]
    assert toe.ice_mm.max() > 0.3
    assert np.all(np.diff(toe.t_skin_c[toe.is_on()], axis=0) <= 1e-9)
