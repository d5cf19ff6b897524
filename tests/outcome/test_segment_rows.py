"""The table of segments: every margin that is promised, in eighty columns."""

from __future__ import annotations

from pathlib import Path

from cryodose import simulate
from cryodose.outcome.segment_rows import SEGMENT_HEAD, SEGMENT_NOTE, segment_rows

CABIN = Path(__file__).resolve().parents[2] / "examples" / "cryosauna.toml"


def test_each_segment_has_its_margin_to_every_harm() -> None:
    segments = simulate(CABIN, members=16).segments
    rows = segment_rows(segments)
    assert len(rows) == len(segments) >= 17
    for row, segment in zip(rows, segments, strict=True):
        assert len(row) == len(SEGMENT_HEAD)
        said = [float(cell.replace("−", "-")) for cell in row[-4:]]
        assert said == sorted(said)  # each harm is colder than the one before
        for number, key in zip(said, ("cold_pain", "numbness", "freezing"), strict=False):
            assert abs(number - segment.margins_k[key]) <= 0.051
        assert abs(said[3] - segment.margins_k["frostnip"]) <= 0.051
    assert len(SEGMENT_NOTE) <= 78
