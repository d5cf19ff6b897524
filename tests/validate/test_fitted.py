"""What was fitted to what is read from the evidence tables themselves."""

from __future__ import annotations

from cryodose import evidence
from cryodose.validate.fitted import evidence_of, fitted_numbers


def test_every_calibrated_number_is_listed() -> None:
    found = {f.key: f for f in fitted_numbers()}
    tables = [q for t in evidence.tables() for q in evidence.walk(t)]
    assert set(found) == {q.key for q in tables if q.confidence == "calibrated"}
    assert found
    for number in found.values():
        table, _, key = number.key.partition(".")
        assert number.value == evidence.value(table, key)
        assert evidence.source(number.source).citation


def test_an_arm_of_a_study_belongs_to_its_source() -> None:
    fitted, informed = evidence_of("dykstra2009-crushed")
    assert (fitted, informed) == evidence_of("dykstra2009")
    assert fitted
    assert not set(fitted) & set(informed)


def test_a_name_that_only_begins_alike_does_not() -> None:
    assert evidence_of("dykstra2009b") == ((), ())
    assert evidence_of("rupp2012") == ((), ())


def test_a_number_from_several_studies_counts_for_each() -> None:
    for key in ("bhatia2014-dc", "patel2007"):
        assert "iontophoresis.model.spread" in evidence_of(key)[1]
    assert "iontophoresis.class.cation.passive_m_s" in evidence_of("bhatia2014-dc")[0]
    assert evidence_of("siegel2007") == ((), ())


def test_what_only_stands_beside_a_prediction_does_not_count() -> None:
    assert evidence_of("luzardo2001") == ((), ())
    assert evidence_of("manjunatha2018-continuous") == ((), ())
