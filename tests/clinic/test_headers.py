"""What every answer carries, what the log holds, and who is slowed down."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from django.test import Client, RequestFactory, override_settings

from cryodose.clinic import metrics
from cryodose.clinic.environment import read_environment
from cryodose.clinic.live.watch import WATCH
from cryodose.clinic.logs import JsonLines
from cryodose.clinic.middleware.limits import SECRETS, Bucket, Limiter
from cryodose.clinic.middleware.requests import client_ip

PAGES = ("/", "/account/login/", "/people/", "/health", "/nothing/here/")


@pytest.mark.parametrize("path", PAGES)
def test_policy_forbids_what_is_not_ours(path: str, operator: Client) -> None:
    answer = operator.get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"].startswith("no-store") or path == "/account/login/"
    assert "<script>" not in answer.content.decode()
    assert " style=" not in answer.content.decode()
    assert " onclick=" not in answer.content.decode()


def test_log_names_routes_and_no_person(
    operator: Client, house: Any, caplog: pytest.LogCaptureFixture
) -> None:
    person = next(r for r in house.own.records.values() if type(r).__name__ == "Person")
    with caplog.at_level(logging.INFO):
        operator.get(f"/people/{person.pk}/")
        operator.get("/people/?q=Tester-Own")
        operator.get("/welcome/a-secret-token/")
    text = "\n".join(JsonLines().format(r) for r in caplog.records)
    lines = [json.loads(line) for line in text.splitlines()]
    assert {"person", "people", "welcome"} <= {line.get("route") for line in lines}
    for word in ("Tester-Own", str(person.pk), "a-secret-token", "operator@own.example"):
        assert word not in text


def test_log_leaves_out_the_text_of_errors() -> None:
    try:
        raise ValueError("Tester-Own")
    except ValueError as error:
        info = (type(error), error, error.__traceback__)
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "failed", (), info)
    line = json.loads(JsonLines().format(record))
    assert line["error"] == "ValueError"
    assert "Tester-Own" not in json.dumps(line)


def test_bucket_fills_up_again() -> None:
    limiter, bucket = Limiter(), Bucket(2.0, 0.5)
    assert [limiter.takes("a", bucket, t) for t in (0.0, 0.0, 0.0, 1.0, 2.0)] == [
        True,
        True,
        False,
        False,
        True,
    ]
    assert limiter.takes("b", bucket, 0.0)


def test_secrets_cannot_be_tried_fast(db: None) -> None:
    client = Client(HTTP_HOST="localhost")
    codes = [client.post("/welcome/x/").status_code for _ in range(int(SECRETS.most) + 1)]
    assert set(codes[:-1]) == {404}
    assert codes[-1] == 429


def test_forwarded_address_counts_only_behind_a_proxy() -> None:
    request = RequestFactory().get("/", HTTP_X_FORWARDED_FOR="6.6.6.6, 10.0.0.9")
    assert client_ip(request) == "127.0.0.1"
    with override_settings(ENVIRONMENT=read_environment({"CRYODOSE_TRUST_PROXY": "1"})):
        assert client_ip(request) == "10.0.0.9"


def test_health_and_metrics(operator: Client) -> None:
    assert operator.get("/health").json()["status"] == "ok"
    operator.get("/people/")
    text = operator.get("/metrics").content.decode()
    assert 'cryodose_request_seconds_count{method="GET",route="people",status="2xx"}' in text
    assert "cryodose_sessions_running 0" in text


def test_health_tells_when_alarms_are_not_watched(
    operator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WATCH, "late_s", lambda: 20.0)
    answer = operator.get("/health")
    assert (answer.status_code, answer.json()["status"]) == (503, "alarms are not watched")
    assert "cryodose_watch_late_seconds 20" in operator.get("/metrics").content.decode()


def test_metrics_are_for_scrapers_alone(operator: Client) -> None:
    assert operator.get("/metrics", REMOTE_ADDR="10.1.1.1").status_code == 403
    assert operator.get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 403
    token = {"CRYODOSE_METRICS_TOKEN": "t" * 20}
    with override_settings(ENVIRONMENT=read_environment(token)):
        assert operator.get("/metrics").status_code == 403
        given = {"Authorization": "Bearer " + "t" * 20}
        assert operator.get("/metrics", headers=given).status_code == 200


def test_histogram_adds_up() -> None:
    histogram = metrics.Histogram("x", "words")
    for took_s in (0.001, 0.05, 100.0):
        histogram.observe(took_s, route='a"b')
    lines = list(histogram.lines())
    assert 'x_bucket{route="a\\"b",le="0.01"} 1' in lines
    assert 'x_bucket{route="a\\"b",le="+Inf"} 3' in lines
    assert 'x_count{route="a\\"b"} 3' in lines


def test_what_is_far_too_large_is_not_read(operator: Client) -> None:
    assert operator.post("/people/new/", CONTENT_LENGTH="99999999999").status_code == 413
