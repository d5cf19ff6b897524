"""JSON, CSV and NetCDF hold what the result holds."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cryodose import plan, simulate
from cryodose.io.curves import curves_csv
from cryodose.io.netcdf import write_netcdf
from cryodose.io.plain import json_text
from cryodose.outcome import Curve

ANKLE = Path(__file__).resolve().parents[2] / "examples" / "ankle-sprain.toml"
NUMBERS = st.floats() | st.integers() | st.none() | st.booleans() | st.text()
DATA = st.recursive(NUMBERS, lambda x: st.lists(x) | st.dictionaries(st.text(), x), max_leaves=8)


@given(st.dictionaries(st.text(), DATA))
def test_json_is_readable_by_everybody(data: dict) -> None:
    def no_constant(name: str) -> None:
        raise AssertionError(name)

    assert set(json.loads(json_text(data), parse_constant=no_constant)) == set(data)


def test_csv_leaves_out_what_does_not_exist() -> None:
    values = np.array([1.0, np.nan])
    curve = Curve("pack", "pack", "C", np.array([0.0, 1.5]), values, values, values)
    assert curves_csv([curve]).splitlines()[1:] == ["pack,C,0,1,1,1", "pack,C,1.5,,,"]


def test_netcdf_holds_curves_and_picture(tmp_path: Path) -> None:
    h5netcdf = pytest.importorskip("h5netcdf")
    shown = plan(ANKLE, members=16).simulated
    assert shown is not None
    path = tmp_path / "a.nc"
    write_netcdf(path, shown)
    with h5netcdf.File(path, "r") as file:
        skin = file["skin"]
        np.testing.assert_allclose(skin[:, 1], shown.curve("skin").median)
        assert skin.dimensions == ("time", "quantile")
        assert skin.attrs["units"] == "degC"
        assert file["adipose_10"].shape == skin.shape
        assert file["picture"].shape == shown.picture.t_c.shape
        assert json.loads(file.attrs["session"]) == shown.session.to_dict()
        assert int(file.attrs["seed"]) == 0


def test_netcdf_holds_every_curve_of_a_whole_body(tmp_path: Path) -> None:
    h5netcdf = pytest.importorskip("h5netcdf")
    shown = simulate(ANKLE.with_name("cryosauna.toml"), members=16)
    path = tmp_path / "a.nc"
    write_netcdf(path, shown)
    with h5netcdf.File(path, "r") as file:
        units = {curve.words: curve.unit for curve in shown.curves}
        found = {file[k].attrs["long_name"]: file[k].attrs["units"] for k in file.variables}
        for words, unit in units.items():
            assert found[words] == ("degC" if unit == "C" else unit)
        assert found["heat made by shivering"] == "W"
