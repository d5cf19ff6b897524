"""The stretches of an immersion of a whole body: waiting, water, wet skin, room, robe."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cryodose import evidence
from cryodose.body.films import Surroundings
from cryodose.body.segments import segment_names, segment_of
from cryodose.procedures.gas_phases import Phase, Setting
from cryodose.session import Immersion


class WaterSetting(Setting):
    """A session in water: its film on what is under it, the room round the rest."""

    def stages(self, on_s: float) -> list[Phase]:
        """Return the water as one stage that ends at `on_s`."""
        if on_s <= 0:
            return []
        room = self._room()
        phase = self._phase(on_s, room, room)
        under, h = self._under(), self.values["h_water_w_m2k"]
        u, g = phase.film_u.copy(), phase.film_g.copy()
        u[:, under], g[:, under] = 0.0, 0.0
        u[0, under], g[0, under] = h, h * self.values["t_agent_c"]
        return [Phase(on_s, u, g, phase.breath_w)]

    def after(self, recovery_s: float) -> list[Phase]:
        """Return the room after the water: skin dries, stays bare for a while, then is dressed."""
        dry_s = min(recovery_s, evidence.value("ambient", "water.drying_s"))
        if dry_s <= 0:
            return []
        room = self._room()
        wet = replace(room, wettedness=self._wettedness())
        drying = self._phase(dry_s, wet, room)
        return [drying, *super().after(recovery_s - dry_s)]

    def _covered(self, around: Surroundings) -> Surroundings:
        return around  # nobody wears anything in the water that warms

    def _under(self) -> list[int]:
        exposure = self.session.exposure
        if not isinstance(exposure, Immersion):
            raise TypeError("not an immersion session")
        sites = evidence.words("regions", f"immersed.{exposure.immersed}")
        return sorted({segment_names().index(segment_of(site)) for site in sites})

    def _wettedness(self) -> NDArray[np.float64]:
        dry = evidence.value("ambient", "air.skin_wettedness")
        wet = np.full((len(segment_names()), self.n), dry)
        wet[self._under()] = 1.0
        return wet
