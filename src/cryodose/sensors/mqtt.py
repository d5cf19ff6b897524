"""Listens to an MQTT broker, and publishes to one."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from cryodose.errors import BadInput, CryodoseError
from cryodose.sensors.outage import Complain, Outage
from cryodose.sensors.parse import reading_from_message
from cryodose.sensors.readings import Judge, Reading

PORT, PORT_TLS = 1883, 8883
# Name and password of the broker: by the environment, so that no list of processes shows them.
USER, PASSWORD = "CRYODOSE_MQTT_USER", "CRYODOSE_MQTT_PASSWORD"
_TIMEOUT_S = 10.0
Take = Callable[[Reading], None]


class NoBroker(CryodoseError):
    """The broker cannot be reached or does not let us in."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Broker:
    """Where a broker is; `tls` asks for a certificate that the system trusts."""

    host: str
    port: int = PORT
    tls: bool = False


def _client(broker: Broker) -> paho.Client:
    client = paho.Client(CallbackAPIVersion.VERSION2)
    user = os.environ.get(USER)
    if user:
        client.username_pw_set(user, os.environ.get(PASSWORD))
    if broker.tls:
        client.tls_set()
    client.reconnect_delay_set(min_delay=1, max_delay=30)
    return client


def _connect(client: paho.Client, broker: Broker, ready: threading.Event) -> None:
    words = f"the broker {broker.host}:{broker.port}"
    try:
        client.connect(broker.host, broker.port)
    except (OSError, ValueError) as error:
        raise NoBroker(f"{words} cannot be reached: {error}") from None
    client.loop_start()
    if not ready.wait(_TIMEOUT_S):
        client.loop_stop()
        raise NoBroker(f"{words} does not let us in")


@contextmanager
def listening(broker: Broker, topic: str, take: Take, complain: Complain) -> Iterator[None]:
    """Hand over every reading under a topic while the block runs; after a break, connect again.

    Parameters
    ----------
    broker : Broker
    topic : str
        A filter such as ``cryodose/#``.
    take : callable
        Called with each judged reading, in the thread of the client.
    complain : callable
        Called with one line for each message that is no reading, when the broker goes away, and
        when it is back.

    Raises
    ------
    NoBroker
        If there is none at the start, or it refuses.
    """
    judge = Judge()
    ready = threading.Event()
    client = _client(broker)
    outage = Outage(f"the broker {broker.host}:{broker.port}", complain)
    is_over = threading.Event()

    def connected(them: paho.Client, _d: object, _f: object, code: object, _p: object) -> None:
        # The broker forgets its listeners when a connection breaks: subscribe each time.
        if not getattr(code, "is_failure", True):
            them.subscribe(topic, qos=1)

    def subscribed(*_: object) -> None:
        outage.back()
        ready.set()

    def disconnected(*_: object) -> None:
        if ready.is_set() and not is_over.is_set():
            outage.away("is gone: nothing is heard until it is back")

    def received(_them: object, _data: object, message: paho.MQTTMessage) -> None:
        now = datetime.now(UTC)
        try:
            reading = reading_from_message(message.topic, bytes(message.payload), now)
        except BadInput as error:
            complain(str(error))
            return
        take(judge(reading, now))

    client.on_connect, client.on_subscribe, client.on_message = connected, subscribed, received
    client.on_disconnect = disconnected
    _connect(client, broker, ready)
    try:
        yield
    finally:
        is_over.set()
        client.disconnect()
        client.loop_stop()


@contextmanager
def publishing(broker: Broker) -> Iterator[Callable[[str, str], None]]:
    """Give a function that publishes text under a topic; raises `NoBroker` as above."""
    ready = threading.Event()
    client = _client(broker)

    def connected(_t: object, _d: object, _f: object, code: object, _p: object) -> None:
        if not getattr(code, "is_failure", True):
            ready.set()

    client.on_connect = connected
    _connect(client, broker, ready)
    try:
        yield lambda topic, text: client.publish(topic, text, qos=1).wait_for_publish(_TIMEOUT_S)
    finally:
        client.disconnect()
        client.loop_stop()
