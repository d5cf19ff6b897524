"""FHIR R4 (4.0.1) out of a clinic's records and back, and CDS Hooks: plain functions on plain data.

`records.py` says what a clinic keeps of a person; `maps.py` what becomes of each of them in FHIR.
What is read from elsewhere is kept, refused with a reason, or listed as not understood.
"""

from __future__ import annotations

from cryodose.fhir.document import document
from cryodose.fhir.reading import Imported, read_fhir
from cryodose.fhir.records import RECORDS, Record
from cryodose.fhir.writing import resource_of, resources_of

__all__ = [
    "RECORDS",
    "Imported",
    "Record",
    "document",
    "read_fhir",
    "resource_of",
    "resources_of",
]
