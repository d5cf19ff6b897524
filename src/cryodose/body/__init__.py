"""The person: layers under the skin at a site, from sex, skinfold, girth and body fat."""

from __future__ import annotations

from cryodose.body.anatomy import Anatomy, Build, anatomy_names, build_anatomy

__all__ = ["Anatomy", "Build", "anatomy_names", "build_anatomy"]
