"""Between the clinic's tables and `cryodose.fhir.records`: out, in, and without names."""
