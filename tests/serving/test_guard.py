import asyncio

import pytest

from claimstance.serving.guard import Guard
from claimstance.serving.limits import Limits, SlowError

TEXT = {"text": "The mayor denied it."}


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost", "LOCALHOST:1", "[::1]:8080"])
def test_the_names_of_this_machine_are_let_in(client, host):
    assert client().get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:80", "[::2]", ""])
def test_another_name_is_not(client, host):
    answer = client().get("/", headers={"host": host})
    assert answer.status_code == 403
    assert "asked for as 127.0.0.1, [::1], localhost alone" in answer.json()["error"]
    assert client(hosts=None).get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"sec-fetch-site": "same-origin"}, 200),
        ({"sec-fetch-site": "none"}, 200),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"sec-fetch-site": "same-origin", "origin": "null"}, 200),
        ({"origin": "http://127.0.0.1"}, 200),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://["}, 403),
    ],
)
def test_a_page_elsewhere_may_not_send_anything(client, headers, status):
    assert client().post("/predict", json=TEXT, headers=headers).status_code == status


def test_a_long_body_is_refused(client, classifier):
    limited = client(chars=1_000)
    for text in ("x" * 90_000, "x" * 3_000_000):
        answer = limited.post("/predict", json={"text": text})
        assert answer.status_code == 413
        assert answer.json() == {"error": "over the limit of 85,536 bytes: send less text at once"}
    assert classifier.texts == []


def test_so_is_one_that_does_not_tell_its_length(client):
    parts = (b"x" * 10_000 for _ in range(20))
    answer = client(chars=1_000).post("/predict", content=parts)
    assert answer.status_code == 413


def test_every_answer_has_the_headers(client):
    limited = client(chars=1_000)
    answers = [
        limited.get("/"),
        limited.get("/nothing"),
        limited.post("/predict", json=TEXT),
        limited.post("/predict", content=b"x" * 90_000),
        limited.get("/", headers={"host": "evil.example"}),
    ]
    assert [answer.status_code for answer in answers] == [200, 404, 200, 413, 403]
    for answer in answers:
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"].startswith("default-src 'none';")
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert not [name for name in answer.headers if name.startswith("access-control")]


def guarded(messages, **limits):
    """The refusal of a guard that gets these messages, and then none."""
    refusals = []

    async def receive():
        return messages.pop(0) if messages else await asyncio.sleep(5)

    async def refuse(request, error):
        refusals.append(error)

        async def nothing(scope, receive, send):
            pass

        return nothing

    async def send(message):
        pass

    async def app(scope, receive, send):
        refusals.append(await receive())

    scope = {"type": "http", "method": "POST", "path": "/", "headers": [(b"host", b"localhost")]}
    guard = Guard(app, Limits(**limits), None, refuse)
    asyncio.run(guard(scope, receive, send))
    return refusals[0]


def test_a_body_that_does_not_come_is_not_waited_for():
    parts = [{"type": "http.request", "body": b"a", "more_body": True}]
    refusal = guarded(parts, seconds=0.02)
    assert (type(refusal), refusal.status) == (SlowError, 408)


def test_a_body_that_breaks_off_is_not_taken_for_whole():
    parts = [{"type": "http.request", "body": b"a", "more_body": True}, {"type": "http.disconnect"}]
    assert isinstance(guarded(parts), SlowError)


def test_the_application_gets_the_parts_as_one():
    parts = [{"type": "http.request", "body": b"a", "more_body": more} for more in (True, False)]
    assert guarded(parts)["body"] == b"aa"
