"""Bytes that no well-meant program sends: each is answered with a code and a sentence, and none is believed."""

from __future__ import annotations

import gzip
import json

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from kinometric_server.api.app import create_app
from kinometric_server.api.frame import SMALL_BODY_BYTES
from kinometric_server.api.strict_body import read_json
from kinometric_server.errors import BadInputError

DEEP = 100_000
WRONG_JSON = {
    "half a surrogate pair": b'{"user_id": "\\ud800"}',
    "half a pair as a name": b'{"\\udfff": 1}',
    "NUL": b'{"user_id": "a\\u0000b"}',
    "a list without end": b"[" * DEEP + b"]" * DEEP,
    "an object without end": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "a field without end": b'{"user_id":' + b"[" * DEEP + b"]" * DEEP + b"}",
    "a list too deep": b'{"user_id":' + b"[" * 100 + b"]" * 100 + b"}",
    "NaN": b'{"limit": NaN}',
    "Infinity": b'{"limit": -Infinity}',
    "1e999": b'{"limit": 1e999}',
    "an integer beyond 32 bits": b'{"limit": 2147483648}',
    "an integer beyond 53 bits": b'{"after_seq": 9007199254740992}',
    "an integer of 5000 digits": b'{"limit": ' + b"9" * 5000 + b"}",
    "a field twice": b'{"limit": 1, "limit": 2}',
    "UTF-16": '{"limit": 1}'.encode("utf-16"),
    "UTF-16 without a mark": '{"limit": 1}'.encode("utf-16-le"),
    "UTF-32": '{"limit": 1}'.encode("utf-32"),
    "UTF-8 with a mark": b'\xef\xbb\xbf{"limit": 1}',
    "Latin-1": b'{"user_id": "\xe9"}',
    "UTF-8 cut off": b'{"user_id": "\xf0\x9f\x98"}',
    "half a pair in UTF-8": b'{"user_id": "\xed\xa0\x80"}',
    "nothing": b"",
    "NULs": b"\0" * 100,
    "a list": b"[]",
    "a text": b'"x"',
    "null": b"null",
    "half an object": b'{"limit": 1',
    "two objects": b'{"limit": 1}{"limit": 1}',
    "a comment": b'{"limit": 1 /* */}',
    "gzip": gzip.compress(b'{"limit": 1}'),
    "an unknown field": b'{"Quillfeather": 1}',
}


@pytest.fixture
def post(send, alice):
    """Send a body to a route that takes JSON, as alice."""

    def posting(body: bytes, *headers: bytes, kind: bytes = b"application/json", length: bool = True):
        lines = [
            b"POST /v1/audit HTTP/1.1",
            b"Host: localhost",
            b"Authorization: Bearer " + alice.token.encode(),
            b"Content-Type: " + kind,
            *headers,
        ]
        if length:
            lines.append(b"Content-Length: %d" % len(body))
        return send(b"\r\n".join(lines) + b"\r\n\r\n" + body)

    return posting


def is_a_refusal(answer):
    assert 400 <= answer.status < 500, (answer.status, answer.body[:300])
    body = answer.json()
    assert set(body) == {"code", "message", "request_id"}
    assert body["code"].startswith("KS-4")
    assert body["message"].endswith((".", "!", "?"))
    assert answer.headers["x-request-id"] == body["request_id"]
    assert answer.headers["cache-control"] == "no-store"
    for word in (b"Traceback", b"Error", b"sqlalchemy", b"pydantic", b"SELECT", b"Quillfeather", b"line 1"):
        assert word not in answer.body, word
    return True


def test_each_wrong_body_is_refused_in_a_sentence(post):
    for name, body in WRONG_JSON.items():
        answer = post(body)
        assert is_a_refusal(answer), name
        assert (answer.status, answer.json()["code"]) in ((422, "KS-422"), (413, "KS-413")), name
    assert post(b'{"limit": 1}').status == 200


def test_each_wrong_body_is_refused_before_anybody_has_signed_in(anonymous):
    for name, body in WRONG_JSON.items():
        body = body.replace(b"user_id", b"username")
        answer = anonymous.post("/v1/auth/sign-in", content=body, headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()["code"]) in ((422, "KS-422"), (413, "KS-413")), name


def test_where_large_bodies_are_taken_none_is_nested_without_end(alice):
    for path in ("/v1/results", "/v1/uploads", "/back_upload_csv.php", "/back_upload_pdf.php"):
        for name in ("a list without end", "an object without end", "a field without end"):
            body = WRONG_JSON[name]
            answer = alice.client.post(path, content=body, headers={"Content-Type": "application/json"})
            assert (answer.status_code, answer.json()["code"]) == (422, "KS-422"), (path, name)


def test_only_plain_json_in_utf_8_is_read(post):
    body = b'{"limit": 1}'
    for kind in (b"application/json", b"application/json; charset=utf-8", b'Application/JSON;charset="UTF-8"'):
        assert post(body, kind=kind).status == 200, kind
    for kind in (
        b"text/plain", b"application/xml", b"application/json; charset=utf-16", b"application/vnd.api+json", b"",
        b"multipart/form-data; boundary=x", b"multipart/form-data", b"application/x-www-form-urlencoded", b"\xff\xfe",
        b"application/json, application/json", b"application/json; charset=latin-1",
    ):  # fmt: skip
        assert is_a_refusal(post(body, kind=kind)), kind
    for coding in (b"gzip", b"deflate", b"br", b"identity, gzip"):
        assert is_a_refusal(post(body, b"Content-Encoding: " + coding)), coding
    assert is_a_refusal(post(body, b"Content-Type: application/json"))


def test_a_body_of_a_wrong_length_is_refused(post):
    body = b'{"limit": 1}'
    assert is_a_refusal(post(body, b"Content-Length: 5", length=False))
    assert is_a_refusal(post(body, b"Content-Length: -1", length=False))
    assert is_a_refusal(post(body, b"Content-Length: \xb2", length=False))
    assert is_a_refusal(post(body, b"Content-Length: 12, 13", length=False))
    assert is_a_refusal(post(body, b"Content-Length: 12", b"Content-Length: 13", length=False))
    assert is_a_refusal(post(body, b"Content-Length: " + b"9" * 30, length=False))
    assert is_a_refusal(post(body, length=False))
    huge = post(b"", b"Content-Length: %d" % (SMALL_BODY_BYTES + 1), length=False)
    assert (huge.status, huge.json()["code"]) == (413, "KS-413")


def test_pieces_of_a_body_that_are_garbage_or_of_two_lengths_are_refused(post):
    for piece in (b"zz\r\nxx\r\n", b"-1\r\nx\r\n", b"ffffffffffffffffffffffff\r\nx", b"5\r\nabc\r\n0\r\n\r\n0000000"):
        assert is_a_refusal(post(piece, b"Transfer-Encoding: chunked", length=False)), piece
    whole = b'c\r\n{"limit": 1}\r\n0\r\n\r\n'
    assert post(whole, b"Transfer-Encoding: chunked", length=False).status == 200
    assert is_a_refusal(post(whole, b"Transfer-Encoding: chunked"))
    assert is_a_refusal(post(whole, b"Transfer-Encoding: gzip, chunked", length=False))


def test_a_body_that_grows_without_end_is_cut_off(post):
    piece = b"10000\r\n" + b" " * 0x10000 + b"\r\n"
    answer = post(piece * 6, b"Transfer-Encoding: chunked", length=False)
    assert (answer.status, answer.json()["code"]) == (413, "KS-413")


def test_a_body_that_never_arrives_is_given_up(alice, server, send, monkeypatch):
    from tests.kinometric_server.conftest import running

    def impatient(*args, **kwargs):
        app = create_app(*args, **kwargs)
        app.user_middleware[0].kwargs["patience_s"] = 0.01
        return app

    monkeypatch.setattr("tests.kinometric_server.conftest.create_app", impatient)
    with running(server) as address:
        import socket
        from urllib.parse import urlsplit

        from tests.kinometric_server.fuzzing.conftest import read_answer

        where = urlsplit(address)
        with socket.create_connection((where.hostname, where.port), timeout=20) as connection:
            connection.sendall(
                b"POST /v1/audit HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{"
            )
            answer = read_answer(connection)
    assert is_a_refusal(answer)
    assert answer.status == 408


def test_what_is_not_http_is_refused_in_the_same_form(send):
    for content in (
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 100,
        b"GET /v1/me\r\n\r\n",
        b"GET /v1/me HTTP/1.1\r\n\r\n",
        b"G\xffT /v1/me HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /v1/\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /v1/me HTTP/1.1\r\nHost: x\r\nX\x00Y: 1\r\n\r\n",
        b"GET /v1/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \x00\r\n\r\n",
        b"GET /v1/me HTTP/1.1\r\nHost: x\r\n folded: 1\r\nHost: y\r\n\r\n",
        b"GET /v1/me HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
    ):
        answer = send(content)
        assert is_a_refusal(answer), content
        assert answer.status == 400, content


def test_a_bomb_of_headers_is_refused(send):
    many = b"".join(b"X-%d: %s\r\n" % (number, b"a" * 100) for number in range(5000))
    for headers in (many, b"X: " + b"a" * 300_000 + b"\r\n"):
        assert is_a_refusal(send(b"GET /v1/me HTTP/1.1\r\nHost: x\r\n" + headers + b"\r\n"))
    assert is_a_refusal(send(b"GET /v1/" + b"a" * 300_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"))


def test_no_body_of_any_bytes_is_more_than_refused(anonymous):
    @hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(
        st.one_of(
            st.binary(max_size=200),
            st.recursive(
                st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
                lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
            ).map(lambda value: json.dumps(value).encode()),
        )
    )
    def sent(body):
        answer = anonymous.post("/v1/auth/sign-in", content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == 422
        assert set(answer.json()) == {"code", "message", "request_id"}

    sent()


@hypothesis_settings(max_examples=50, deadline=None)
@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
        lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(), inner)),
    )
)
def test_a_body_is_read_as_it_was_written_or_refused(value):
    try:
        read = read_json(json.dumps(value).encode())
    except BadInputError:
        flat = json.dumps(value)
        assert any(sign in flat for sign in ("NaN", "Infinity", "\\u0000", "\\ud")) or any(
            len(digits) > 9 for digits in flat.replace("-", " ").replace(",", " ").split()
        )
    else:
        assert json.dumps(read) == json.dumps(value)
