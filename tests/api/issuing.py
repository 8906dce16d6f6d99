"""An issuer of logins of our own, on a port of this process: what it signs can be made wrong."""

import base64
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import time

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
)
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

AUDIENCE = "headwater"
Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


class Issuer:
    """Signs tokens, and serves its keys. `asked` counts what was asked of it."""

    def __init__(self) -> None:
        self.url = ""
        self.keys: dict[str, tuple[str, Private]] = {}
        self.asked: list[str] = []
        self.away = False
        self.discovered: dict[str, object] = {}
        self.rotate("RS256", "k1")

    def rotate(self, algorithm: str, kid: str) -> None:
        """Have one key alone, a new one."""
        made: Private
        if algorithm.startswith(("RS", "PS")):
            made = rsa.generate_private_key(65_537, 2_048)
        elif algorithm == "EdDSA":
            made = ed25519.Ed25519PrivateKey.generate()
        else:
            made = ec.generate_private_key(ec.SECP256R1())
        self.keys = {kid: (algorithm, made)}

    def published(self) -> list[dict[str, object]]:
        return [
            {**_jwk(key), "kid": kid, "use": "sig", "alg": algorithm}
            for kid, (algorithm, key) in self.keys.items()
        ]

    def token(self, *, kid: str | None = None, **claims: object) -> str:
        """Sign a token; a claim that is None is left out."""
        name = kid or next(iter(self.keys))
        algorithm, key = self.keys[name]
        return jwt.encode(self.claims(**claims), key, algorithm, {"kid": name})

    def claims(self, **claims: object) -> dict[str, object]:
        given: dict[str, object] = {
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": "ann",
            "iat": int(time()),
            "exp": int(time()) + 300,
            "roles": ["planner"],
            **claims,
        }
        return {name: value for name, value in given.items() if value is not None}

    def signed_with_the_public_key(self, **claims: object) -> str:
        """Sign as the confusion of algorithms has it: HMAC, with the public key as secret."""
        _, key = next(iter(self.keys.values()))
        public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        head = {"alg": "HS256", "typ": "JWT", "kid": next(iter(self.keys))}
        return by_hand(head, self.claims(**claims), public)

    def unsigned(self, algorithm: str = "none", **claims: object) -> str:
        head = {"alg": algorithm, "typ": "JWT"}
        return f"{_part(head)}.{_part(self.claims(**claims))}."


def by_hand(head: Mapping[str, object], claims: Mapping[str, object], secret: bytes) -> str:
    """Sign with HMAC without the care that a library takes."""
    import hmac

    body = f"{_part(head)}.{_part(claims)}"
    return f"{body}.{_text(hmac.digest(secret, body.encode(), 'sha256'))}"


def _part(value: Mapping[str, object]) -> str:
    return _text(json.dumps(value).encode())


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _jwk(key: Private) -> dict[str, object]:
    if isinstance(key, rsa.RSAPrivateKey):
        return dict(json.loads(RSAAlgorithm.to_jwk(key.public_key())))
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return dict(json.loads(ECAlgorithm.to_jwk(key.public_key())))
    return dict(json.loads(OKPAlgorithm.to_jwk(key.public_key())))


@contextmanager
def issuing() -> Iterator[Issuer]:
    """Serve an issuer until the context closes."""
    issuer = Issuer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            issuer.asked.append(self.path)
            found: object = {"keys": issuer.published()}
            if self.path == "/.well-known/openid-configuration":
                found = {
                    "issuer": issuer.url,
                    "jwks_uri": f"{issuer.url}/keys",
                    **issuer.discovered,
                }
            self.send_response(503 if issuer.away else 200)
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(found).encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
