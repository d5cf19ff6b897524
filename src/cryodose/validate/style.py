"""Style of the HTML page: light and dark, narrow and wide, screen and paper."""

from __future__ import annotations

__all__ = ["STYLE"]

STYLE = """
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #55606b; --line: #d3d9df;
  --paper: #ffffff; --tint: #f3f6f9; --link: #0b5cad; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8ecf0; --soft: #a9b4bf; --line: #3a434c; --paper: #14181c; --tint: #1d2329;
    --link: #7db8f5; --faint: #3a434c; --on: #17323a; --skin: #f08a63; --near: #4fc0d8;
    --deep: #a992ff; --nerve: #6fcf86; --bone: #a9b4bf; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 72rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { font-size: 1.7rem; line-height: 1.2; } h2 { margin-top: 2.2rem; font-size: 1.25rem; }
h4 { margin: 1rem 0 .3rem; }
p, li { overflow-wrap: anywhere; } .lead { font-size: 1.1rem; }
a { color: var(--link); } footer { margin-top: 3rem; color: var(--soft); }
.scroll { overflow-x: auto; margin: .6rem 0; }
table { border-collapse: collapse; font-size: .9rem; min-width: 100%; }
th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--line); text-align: left;
  vertical-align: top; }
thead th { background: var(--tint); color: var(--soft); font-weight: 600; }
tbody th { font-weight: 500; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
figure { margin: 1rem 0; } figcaption { color: var(--soft); font-size: .9rem; }
.drawing svg { display: block; width: 100%; min-width: 40rem; max-width: 60rem; height: auto; }
details { border-top: 1px solid var(--line); padding: .5rem 0; }
summary { cursor: pointer; overflow-wrap: anywhere; }
summary h3 { display: inline; font-size: 1rem; margin: 0 .4rem 0 0; }
@media print { .drawing svg { min-width: 0; } main { max-width: none; padding: 0; }
  .scroll { overflow: visible; }
  table { font-size: 7.5pt; } td, th { padding: .1rem .25rem; } .number { white-space: normal; }
  thead { display: table-header-group; } tr, figure { break-inside: avoid; } }
@page { size: A4; margin: 14mm; }
"""
