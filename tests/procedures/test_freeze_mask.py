"""Lesions from pictures, and their freeze in three dimensions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from cryodose.errors import BadInput
from cryodose.procedures import Request, cycles_of, liquid_nitrogen
from cryodose.procedures.freeze_mask import Mask, mask_of
from cryodose.procedures.freeze_volume import Volume, problem_for_mask
from cryodose.session import Session, load_session, session_from_dict
from cryodose.solve.freeze_problem import FreezeSolution
from cryodose.solve.freeze_run import solve_freeze

FILE = """
[subject]
[exposure]
modality = "liquid-nitrogen"
technique = "open-spray"
site = "back"
lesion_mask = "lesion.png"
pixel_mm = 0.2
cycles = [{ freeze_s = 10, thaw_s = 5 }]
"""


def disc(radius_px: float, size: int = 60) -> NDArray[np.uint8]:
    y, x = np.mgrid[0:size, 0:size] + 0.5 - size / 2.0
    return np.where(np.hypot(x, y) < radius_px, 255, 0).astype(np.uint8)


def saved(folder: Path, pixels: NDArray[np.uint8], text: str = FILE) -> Session:
    Image.fromarray(pixels).save(folder / "lesion.png")
    path = folder / "session.toml"
    path.write_text(text, encoding="utf-8")
    return load_session(path)


def posed(session: Session, **values: float) -> Volume:
    cycles, _ = cycles_of(session)
    drawn = liquid_nitrogen.prior(session).nominal() | {k: np.full(1, v) for k, v in values.items()}
    mask = mask_of(session.exposure, session.folder)
    assert mask is not None
    request = Request(cycles, 0.0, precision="f32", coarseness=2.0)
    return problem_for_mask(session, "back", drawn, request, mask)


def frozen(session: Session, **values: float) -> tuple[Volume, FreezeSolution]:
    volume = posed(session, **values)
    return volume, solve_freeze(volume.problem, precision="f32")


def test_a_picture_is_found_beside_its_file(tmp_path: Path) -> None:
    session = saved(tmp_path, disc(20.0))
    mask = mask_of(session.exposure, session.folder)
    assert mask is not None
    assert mask.diameter_mm == pytest.approx(8.0, rel=0.01)
    assert liquid_nitrogen.prior(session).quantities["spot_mm"].value == pytest.approx(
        mask.diameter_mm
    )
    assert session == session_from_dict(session.to_dict())  # the folder is no part of a session


def test_a_round_mask_freezes_as_a_round_spot(tmp_path: Path) -> None:
    session = saved(tmp_path, disc(20.0))
    volume, solution = frozen(session, intensity=3.0)
    spot = session_from_dict(
        {"exposure": {"modality": "liquid-nitrogen", "technique": "open-spray", "site": "back",
                      "spot_diameter_mm": 8.0, "cycles": [{"freeze_s": 10, "thaw_s": 5}]}}
    )  # fmt: skip
    cycles, _ = cycles_of(spot)
    drawn = liquid_nitrogen.prior(spot).nominal() | {"intensity": np.full(1, 3.0)}
    flat = liquid_nitrogen.run(spot, "back", drawn, Request(cycles, 0.0, precision="f32"))
    depth = solution.depth_m[:, volume.edge].max() * 1e3
    assert depth == pytest.approx(float(flat.deepest_mm()[0]), abs=0.12)


def test_a_narrow_lesion_freezes_less_deep_than_a_round_one_of_its_area(tmp_path: Path) -> None:
    pixels = np.zeros((120, 120), dtype=np.uint8)
    pixels[55:65, 5:115] = 255
    narrow = frozen(saved(tmp_path, pixels), intensity=3.0, rim=0.01)
    volume, solution = frozen(saved(tmp_path, disc(18.7)), intensity=3.0, rim=0.01)
    assert solution.depth_m[:, volume.edge].max() > narrow[1].depth_m[:, narrow[0].edge].max()


def test_lesion_and_cap_lie_under_the_mask(tmp_path: Path) -> None:
    text = FILE + '[exposure.lesion]\nkind = "wart"\ndepth_mm = 2\nkeratin_mm = 0.5\n'
    volume = posed(saved(tmp_path, disc(15.0), text))
    assert volume.lesion.any()
    assert not volume.lesion[:, ~volume.over_lesion].any()
    deep = volume.lesion.any(axis=(1, 2))
    z = (volume.grid.z_face_m[1:] + volume.grid.z_face_m[:-1]) / 2.0 * 1e3
    assert z[deep].min() > 0.5
    assert z[deep].max() < 2.0
    names = [m.name for m in volume.layers.materials]
    assert names[volume.grid.material[0][volume.over_lesion][0]] == "keratin"


def test_a_sharp_probe_has_no_rim_and_a_spray_has_one(tmp_path: Path) -> None:
    spray = posed(saved(tmp_path, disc(15.0)))
    probe = posed(saved(tmp_path, disc(15.0), FILE.replace("open-spray", "contact-probe")))
    assert spray.cover[~spray.over_lesion].max() > 0.5
    assert (probe.cover > 0).sum() < (spray.cover > 0).sum()


def test_needles_and_crowds_are_refused(tmp_path: Path) -> None:
    session = saved(tmp_path, disc(15.0))
    cycles, _ = cycles_of(session)
    drawn = {k: np.repeat(v, 2) for k, v in liquid_nitrogen.prior(session).nominal().items()}
    with pytest.raises(ValueError, match="one member"):
        problem_for_mask(
            session, "back", drawn, Request(cycles, 0.0), Mask(np.ones((3, 3), bool), 1e-3)
        )


def bad(folder: Path, text: str = FILE) -> BadInput:
    (folder / "session.toml").write_text(text, encoding="utf-8")
    session = load_session(folder / "session.toml")
    with pytest.raises(BadInput) as caught:
        liquid_nitrogen.prior(session)
    return caught.value


def test_bad_pictures_are_named(tmp_path: Path) -> None:
    assert "there is none of this name" in str(bad(tmp_path))
    (tmp_path / "lesion.png").write_bytes(b"not a picture")
    assert "in the PNG format" in str(bad(tmp_path))
    Image.fromarray(disc(20.0)).save(tmp_path / "lesion.png", format="JPEG")
    assert "in the PNG format" in str(bad(tmp_path))
    Image.fromarray(np.zeros((9, 9), np.uint8)).save(tmp_path / "lesion.png")
    found = bad(tmp_path)
    assert found.key == "exposure.lesion_mask"
    assert "white pixels" in str(found)
    Image.fromarray(np.full((2001, 2001), 255, np.uint8)).save(tmp_path / "lesion.png")
    assert "at most 4000000 pixels" in str(bad(tmp_path))
    Image.fromarray(disc(29.0)).save(tmp_path / "lesion.png")
    wide = bad(tmp_path, FILE.replace("pixel_mm = 0.2", "pixel_mm = 9"))
    assert wide.key == "exposure.pixel_mm"


def test_a_torn_picture_is_named(tmp_path: Path) -> None:
    Image.fromarray(disc(20.0)).save(tmp_path / "lesion.png")
    whole = (tmp_path / "lesion.png").read_bytes()
    (tmp_path / "lesion.png").write_bytes(whole[: len(whole) // 2])
    assert "in the PNG format" in str(bad(tmp_path))


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "P", "1", "LA"])
def test_colour_modes(tmp_path: Path, mode: str) -> None:
    Image.fromarray(disc(20.0)).convert(mode).save(tmp_path / "lesion.png")
    (tmp_path / "session.toml").write_text(FILE, encoding="utf-8")
    session = load_session(tmp_path / "session.toml")
    mask = mask_of(session.exposure, session.folder)
    assert mask is not None
    assert mask.diameter_mm == pytest.approx(8.0, rel=0.02)
