"""`cryodose listen` and `cryodose cabin`: readings from devices, and a device to try them on."""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cryodose.cli.options import takes
from cryodose.errors import BadInput

if TYPE_CHECKING:
    from cryodose.sensors import Reading
    from cryodose.sensors.cabin import Cabin
    from cryodose.sensors.outage import Outage

TOKEN = "CRYODOSE_DEVICE_TOKEN"  # noqa: S105  # the name of a variable
_MOST_KEPT = 10_000
_AT_ONCE = 1000


@dataclass(frozen=True)
class Listening:
    """Options of `listen`."""

    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE",
            help="mqtt://HOST[:PORT]/TOPIC, mqtts://..., modbus://HOST[:PORT], or a CSV file.",
        ),
    ]
    registers: Annotated[
        str | None,
        typer.Option("--registers", metavar="FILE", help="Which Modbus register holds what."),
    ] = None
    every: Annotated[
        float, typer.Option("--every", metavar="S", help="Seconds between two Modbus questions.")
    ] = 1.0
    for_s: Annotated[
        float | None,
        typer.Option("--for", metavar="S", help="Seconds to listen; without it, until stopped."),
    ] = None
    post: Annotated[
        str | None,
        typer.Option(
            "--post", metavar="URL", help=f"Send them to a clinic's site; token in {TOKEN}."
        ),
    ] = None


@takes(Listening)
def listen(options: Listening) -> None:
    """Write readings as they come, one JSON line each, with what they are worth."""
    from cryodose.cli.screen import print_json
    from cryodose.sensors.outage import Outage

    _positive("--every", options.every)
    end_s = time.monotonic() + _positive(
        "--for", math.inf if options.for_s is None else options.for_s
    )
    kept: list[Reading] = []
    token, site = _token(options.post), Outage("the site", _complain)
    for readings in _heard(options, end_s):
        for reading in readings:
            print_json(reading.to_dict())
        if options.post is not None:
            kept = _sent(options.post, token, [*kept, *readings], site)


def _positive(option: str, value: float) -> float:
    if not value > 0:
        raise BadInput("command line", option, value, "more than 0")
    return value


def _for(seconds: float | None) -> float:
    return math.inf if seconds is None else _positive("--for", seconds)


def _token(post: str | None) -> str:
    import os

    token = os.environ.get(TOKEN, "")
    if post is not None and not token:
        raise BadInput("command line", "--post", post, f"the token of the device in {TOKEN}")
    return token


def _complain(line: str) -> None:
    typer.echo(line, err=True)


def _sent(url: str, token: str, readings: list[Reading], outage: Outage) -> list[Reading]:
    """Send readings; return those that are still to be sent."""
    from cryodose.sensors.post import NotTaken, post_readings

    # A site takes so many at a time; after a long break more than that were kept.
    for first in range(0, len(readings), _AT_ONCE):
        try:
            lost = post_readings(url, token, readings[first : first + _AT_ONCE])
        except NotTaken as error:
            outage.away(f"did not take readings, which are kept: {error}")
            return readings[first:][-_MOST_KEPT:]
        outage.back()
        for line in lost:
            outage.once(f"has no place for {line}")
    return []


def _heard(options: Listening, end_s: float) -> Iterator[list[Reading]]:
    scheme, _, rest = options.source.partition("://")
    if not rest:
        yield _of_file(options.source)
    elif scheme == "modbus":
        yield from _of_modbus(rest, options, end_s)
    elif scheme in ("mqtt", "mqtts"):
        yield from _of_mqtt(rest, scheme == "mqtts", end_s)
    else:
        expected = "mqtt://, mqtts://, modbus:// or a file"
        raise BadInput("command line", "SOURCE", options.source, expected)


def _of_file(path: str) -> list[Reading]:
    from cryodose.files import read_text
    from cryodose.sensors import readings_from_csv

    return readings_from_csv(read_text(path), path)


def _of_modbus(rest: str, options: Listening, end_s: float) -> Iterator[list[Reading]]:
    if options.registers is None:
        raise BadInput("command line", "--registers", None, "a register file for modbus://")
    from cryodose.sensors.registers import load_registers

    device = load_registers(options.registers)
    with _extra():
        from cryodose.sensors.modbus import PORT, polling
    host, port = _address(rest, PORT)
    with polling(host, port, device, _complain) as poller:
        while time.monotonic() < end_s:
            yield poller.poll()
            time.sleep(max(0.0, min(options.every, end_s - time.monotonic())))


def _of_mqtt(rest: str, tls: bool, end_s: float) -> Iterator[list[Reading]]:
    import queue

    with _extra():
        from cryodose.sensors.mqtt import PORT, PORT_TLS, Broker, listening
    where, _, topic = rest.partition("/")
    if not topic:
        raise BadInput("command line", "SOURCE", rest, "a topic after the host, such as cryodose/#")
    host, port = _address(where, PORT_TLS if tls else PORT)
    heard: queue.SimpleQueue[Reading] = queue.SimpleQueue()

    with listening(Broker(host, port, tls), topic, heard.put, _complain):
        while (left_s := end_s - time.monotonic()) > 0:
            with contextlib.suppress(queue.Empty):
                # A short wait, so that an interrupt is heard.
                yield [heard.get(timeout=min(left_s, 0.5))]


def _address(text: str, port: int) -> tuple[str, int]:
    host, colon, number = text.strip("/").rpartition(":")
    if not colon:
        return number, port
    if not number.isdigit() or not 0 < int(number) < 65536 or not host:
        raise BadInput("command line", "SOURCE", text, "HOST or HOST:PORT")
    return host, int(number)


@contextlib.contextmanager
def _extra() -> Iterator[None]:
    from cryodose.cli.targets import MissingExtra

    try:
        yield
    except ModuleNotFoundError as error:
        raise MissingExtra("this command", "sensors", str(error.name)) from None


@dataclass(frozen=True)
class Simulating:
    """Options of `cabin`."""

    session: Annotated[
        str, typer.Argument(metavar="SESSION", help="Session file of a cryosauna or chamber.")
    ]
    host: Annotated[
        str, typer.Option("--host", metavar="HOST", help="Where Modbus/TCP answers.")
    ] = "127.0.0.1"
    port: Annotated[
        int, typer.Option("--port", metavar="PORT", help="Of Modbus/TCP; 0 takes a free one.")
    ] = 5020
    mqtt: Annotated[
        str | None,
        typer.Option("--mqtt", metavar="HOST[:PORT]", help="Publish to this broker, too."),
    ] = None
    speed: Annotated[
        float, typer.Option("--speed", metavar="N", help="Seconds of the session in one second.")
    ] = 1.0
    for_s: Annotated[
        float | None,
        typer.Option("--for", metavar="S", help="Seconds to play; without it, until stopped."),
    ] = None
    fault: Annotated[
        str,
        typer.Option("--fault", metavar="NAME", help="silent, implausible, missing or low-oxygen."),
    ] = ""
    registers: Annotated[
        str | None,
        typer.Option("--registers", metavar="FILE", help="Write its register file there, first."),
    ] = None


@takes(Simulating)
def cabin(options: Simulating) -> None:
    """Play a simulated cabin: what sensors would say in a session, over Modbus/TCP and MQTT."""
    import asyncio

    with _extra():
        from cryodose.sensors.cabin import FAULTS, Playing, play
    if options.fault not in FAULTS:
        expected = f"one of {', '.join(f for f in FAULTS if f)}"
        raise BadInput("command line", "--fault", options.fault, expected)
    speed = _positive("--speed", options.speed)
    last_s = _for(options.for_s) * speed
    made = _cabin(options)
    if options.registers is not None:
        from cryodose.io.atomic import write_whole
        from cryodose.sensors.registers import device_toml

        write_whole(options.registers, device_toml(made.device))

    def started(port: int) -> None:
        typer.echo(f"Modbus/TCP answers at {options.host}:{port}, unit {made.device.unit}.")

    with contextlib.ExitStack() as stack:
        publish = None
        if options.mqtt is not None:
            from cryodose.sensors.mqtt import PORT, Broker, publishing

            publish = stack.enter_context(publishing(Broker(*_address(options.mqtt, PORT))))
        how = Playing(
            options.host, options.port, speed, last_s=last_s, publish=publish, started=started
        )
        try:
            asyncio.run(play(made, how))
        except OSError as error:
            where = f"{options.host}:{options.port}"
            expected = f"an address where it can listen ({error})"
            raise BadInput("command line", "--port", where, expected) from None


def _cabin(options: Simulating) -> Cabin:
    from cryodose import front
    from cryodose.cli.screen import working
    from cryodose.sensors.cabin import SITES, Cabin

    with working("predicting"):
        session: Any = front.session_of(options.session)
        if session.modality not in ("cryosauna", "cryochamber"):
            expected = "cryosauna or cryochamber"
            raise BadInput(options.session, "exposure.modality", session.modality, expected)
        shown = front.simulate(session, members=32)
    skin = {
        site: (list(map(float, c.time_s)), list(map(float, c.median)))
        for site in SITES
        for c in getattr(shown, "curves", ())
        if c.name == f"skin-{site}"
    }
    stage = session.exposure.stages[-1]
    shown_c = stage.displayed_temperature_c
    set_c = stage.gas_temperature_c if shown_c is None else shown_c
    return Cabin(float(set_c), skin, options.fault)  # type: ignore[arg-type]  # checked above


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command()(listen)
    app.command()(cabin)
