"""Volumes read back by readers of their own, written after the formats' descriptions."""

from __future__ import annotations

import gzip
import re
import struct
from pathlib import Path

import numpy as np
import pytest

from cryodose.cli.freeze_files import ENDINGS, check_ending
from cryodose.errors import BadInput
from cryodose.io.volume import nifti_paths, write_nifti, write_vtk
from cryodose.outcome.freeze_views import FreezeVolume, revolved

NIFTI, VTK = ENDINGS["--nifti"], ENDINGS["--vtk"]


def volume() -> FreezeVolume:
    x, y = np.array([-3.0, -1.0, 0.0, 2.0, 3.0]), np.array([-2.0, 0.0, 2.0])
    z = np.array([0.0, 0.5, 1.0, 3.0])
    t = np.arange(24, dtype=np.float64).reshape(3, 2, 4) - 20.0
    return FreezeVolume(x, y, z, {"coldest_C": t, "death_share": t / 30.0 + 0.7})


def read_nifti(data: bytes) -> tuple[np.ndarray, np.ndarray]:
    """Read a NIfTI-1 file by the offsets of its header."""
    assert struct.unpack_from("<i", data, 0)[0] == 348
    assert data[344:348] == b"n+1\0"
    dim = struct.unpack_from("<8h", data, 40)
    assert dim[0] == 3
    assert struct.unpack_from("<h", data, 70)[0] == 16  # float32
    assert data[123] & 7 == 2  # mm
    offset = int(struct.unpack_from("<f", data, 108)[0])
    affine = np.array(struct.unpack_from("<12f", data, 280)).reshape(3, 4)
    values = np.frombuffer(data, "<f4", offset=offset).reshape(dim[1:4], order="F")
    return values, affine


def read_vtr(path: Path) -> dict[str, np.ndarray]:
    """Read a VTK rectilinear grid with raw appended data."""
    data = path.read_bytes()
    head, _, rest = data.partition(b'<AppendedData encoding="raw">')
    body = rest[rest.index(b"_") + 1 :]
    text = head.decode()
    assert 'type="RectilinearGrid"' in text
    width = 8 if 'header_type="UInt64"' in text else 4
    order = "<" if 'byte_order="LittleEndian"' in text else ">"
    found = {}
    for name, kind, offset in re.findall(
        r'<DataArray Name="([^"]+)"[^>]*type="(\w+)"[^>]*offset="(\d+)"', text
    ):
        assert kind == "Float64"
        at = int(offset)
        size = int.from_bytes(body[at : at + width], "little" if order == "<" else "big")
        found[name] = np.frombuffer(body[at + width : at + width + size], f"{order}f8")
    return found


@pytest.mark.parametrize("ending", NIFTI)
def test_nifti(tmp_path: Path, ending: str) -> None:
    shown = volume()
    path = str(tmp_path / f"v{ending}")
    write_nifti(path, shown, 0.5)
    files = nifti_paths(path, shown)
    assert files == {"coldest_C": path, "death_share": str(tmp_path / f"v-death{ending}")}
    for name, file in files.items():
        raw = Path(file).read_bytes()
        values, affine = read_nifti(gzip.decompress(raw) if ending.endswith("gz") else raw)
        assert values.shape == (12, 8, 6)
        # The cube around a place has the value of the cell that the place lies in.
        for i, j, k in ((0, 0, 0), (5, 3, 1), (11, 7, 5), (4, 4, 2)):
            x, y, z = affine @ (i, j, k, 1.0)
            cell = [
                int(np.searchsorted(face, at)) - 1
                for face, at in ((shown.z_mm, -z), (shown.y_mm, y), (shown.x_mm, x))
            ]
            assert values[i, j, k] == pytest.approx(shown.fields[name][tuple(cell)], rel=1e-6)


def test_vtk(tmp_path: Path) -> None:
    shown = volume()
    path = tmp_path / "v.vtr"
    write_vtk(str(path), shown)
    found = read_vtr(path)
    for name, values in shown.fields.items():
        back = found[name].reshape(4, 2, 3, order="F")
        assert np.array_equal(back.transpose(2, 1, 0), values)
    axes = [v for k, v in found.items() if k not in shown.fields]
    assert [list(a) for a in axes] == [list(a) for a in (shown.x_mm, shown.y_mm, shown.z_mm)]


def test_same_volume_same_bytes(tmp_path: Path) -> None:
    for name, write in (
        ("a.nii.gz", lambda p: write_nifti(p, volume(), 0.5)),
        ("a.vtr", lambda p: write_vtk(p, volume())),
    ):
        first, second = tmp_path / f"1{name}", tmp_path / f"2{name}"
        write(str(first))
        write(str(second))
        assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize(("path", "endings"), [("a.nii.bz2", NIFTI), ("a.vti", VTK), ("a", VTK)])
def test_other_endings_are_refused(path: str, endings: tuple[str, ...]) -> None:
    with pytest.raises(BadInput, match="ends in"):
        check_ending("--vtk", path, endings)


def test_nothing_is_left_where_no_writing_is(tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        write_vtk(str(tmp_path / "none" / "a.vtr"), volume())
    assert list(tmp_path.iterdir()) == []


def test_a_round_freeze_becomes_a_round_volume() -> None:
    r, z = np.linspace(0.1, 5.0, 50), np.array([0.0, 1.0, 2.0])
    values = np.stack([r - 3.0, r - 1.0])
    shown = revolved(r, z, {"coldest_C": values}, 4.0, 0.25)
    field = shown.fields["coldest_C"]
    assert field.shape == (2, 32, 32)
    assert np.array_equal(field, field.transpose(0, 2, 1))
    assert np.array_equal(field, field[:, ::-1, :])
    middle = (shown.x_mm[1:] + shown.x_mm[:-1]) / 2.0
    radius = np.hypot(middle[:, None], middle[None, :])
    inside = (radius > 0.1) & (radius < 5.0)
    assert np.allclose(field[0][inside], radius[inside] - 3.0)
