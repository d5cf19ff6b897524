"""Write the picture and the printed answers of the README anew from the program itself.

Run it from the root of the repository with the environment of `make demo`:
``.venv/bin/python tools/readme.py``.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path

from matplotlib.figure import Figure
from PIL import Image

from cryodose import plan
from cryodose.io.atomic import write_whole
from cryodose.plots.curves import skin_figure
from cryodose.plots.picture import picture_figure
from cryodose.plots.style import styled

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = "examples/ankle-sprain.toml"
SIZE_IN, DPI = (5.6, 3.6), 150


def panel(figure: Figure) -> Image.Image:
    figure.set_size_inches(*SIZE_IN)
    out = io.BytesIO()
    with styled():
        figure.savefig(out, format="png", dpi=DPI, facecolor="white")
    return Image.open(out).convert("RGB")


def picture() -> bytes:
    answer = plan(EXAMPLE)
    shown = answer.simulated
    if shown is None:
        raise SystemExit("the example is refused: there is nothing to draw")
    with styled():
        drawn = [panel(skin_figure(shown, answer.dose)), panel(picture_figure(shown))]
    whole = Image.new("RGB", (sum(p.width for p in drawn), drawn[0].height), "white")
    for index, part in enumerate(drawn):
        whole.paste(part, (index * drawn[0].width, 0))
    out = io.BytesIO()
    whole.save(out, format="PNG", optimize=True)
    return out.getvalue()


def answered(block: re.Match[str]) -> str:
    """Print again what the commands of one block answer."""
    lines: list[str] = []
    for command in re.findall(r"^\$ (.*)$", block.group(1), re.MULTILINE):
        done = subprocess.run(
            ["sh", "-c", command],
            capture_output=True,
            text=True,
            check=False,
            env={
                **os.environ,
                "COLUMNS": "80",
                "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            },
        )
        if not done.stdout.strip():
            sys.exit(f"{command}: printed nothing. {done.stderr.strip()}")
        lines += [f"$ {command}", *(line.rstrip() for line in done.stdout.strip("\n").splitlines())]
    return "```console\n" + "\n".join(lines) + "\n```"


def main() -> None:
    os.chdir(ROOT)
    write_whole("docs/images/ankle-sprain.png", picture())
    text = Path("README.md").read_text(encoding="utf-8")
    write_whole("README.md", re.sub(r"```console\n(.*?)```", answered, text, flags=re.DOTALL))


if __name__ == "__main__":
    main()
