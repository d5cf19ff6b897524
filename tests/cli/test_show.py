"""`show`: every number can be looked up."""

from __future__ import annotations

import json

import pytest

from cryodose import evidence
from cryodose.evidence.aftercare import statements


def test_tables_are_listed(cryodose) -> None:
    out = cryodose("show", "evidence").out
    assert all(table in out for table in evidence.tables())


@pytest.mark.parametrize("table", evidence.tables())
def test_every_number_of_a_table(cryodose, table: str) -> None:
    shown = json.loads(cryodose("show", "evidence", table, "--json").out)["quantities"]
    assert [q["key"] for q in shown] == [q.key for q in evidence.walk(table)]
    assert all(q["source"] and q["confidence"] and q["unit"] for q in shown)


def test_one_key_with_its_range_and_source(cryodose) -> None:
    q = evidence.quantity("goals", "analgesia.t_skin_c")
    out = cryodose("show", "evidence", "goals", "analgesia.t_skin_c").out
    for part in (f"{q.value:g}", f"{q.low:g} to {q.high:g}", q.unit, q.source, q.confidence):
        assert part in out
    assert "nerve-velocity" not in out


def test_keys_are_whole_words(cryodose) -> None:
    assert cryodose("show", "evidence", "goals", "anal").code == 2


def test_sites_and_sources(cryodose) -> None:
    assert "ankle" in cryodose("show", "sites").out
    data = json.loads(cryodose("show", "sources", "--json").out)
    assert {row[0] for row in data["rows"]} == set(evidence.names("sources"))


def test_aftercare_for_whoever_reviews_it(cryodose) -> None:
    told = json.loads(cryodose("show", "aftercare", "--language", "ru", "--json").out)["statements"]
    assert [row["key"] for row in told] == [row.key for row in statements()]
    assert all(row["translation"] != row["words"] for row in told)
    assert "translation" not in cryodose("show", "aftercare", "--json").out
    out = " ".join(cryodose("show", "aftercare", "--language", "ru").out.split())
    for part in ("freeze.call.fever (all)", "You have a fever or chills.", "жар", "DRUGSCOM_CRYO"):
        assert part in out
    assert "freeze.feel.head (forehead)" in out
    assert "not dark-skin, very-dark-skin" in out.replace("LN2-11, ", "")
    assert cryodose("show", "aftercare", "--language", "xx").code == 2


def test_unknown_names_are_bad_input(cryodose) -> None:
    for arguments in (("nothing",), ("limits", "nothing")):
        ended = cryodose("show", "evidence", *arguments)
        assert (ended.code, len(ended.lines)) == (2, 1)


def test_show_alone_helps(cryodose) -> None:
    ended = cryodose("show")
    assert ended.code == 0
    assert "sources" in ended.out
