"""Results to files: JSON, CSV and NetCDF, each written whole or not at all."""
