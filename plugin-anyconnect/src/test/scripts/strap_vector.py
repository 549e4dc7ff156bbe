#!/usr/bin/env python3
"""Proofs of a session's key (STRAP), computed without the code under test.

P-256 is that of p256.py; ECDSA is written out here, its nonce by RFC 6979 §3.2, so that the output
is always the same. Prints what StrapKeyTest holds. What is signed: see StrapKey.java.
"""
import base64
import hashlib
import hmac

from p256 import G, N, multiply, octets, public, spki


def nonce(key, digest):
    v, k = b"\x01" * 32, bytes(32)
    seed = octets(key) + octets(int.from_bytes(digest, "big") % N)
    mac = lambda k, m: hmac.new(k, m, hashlib.sha256).digest()
    for mark in (b"\x00", b"\x01"):
        k = mac(k, v + mark + seed)
        v = mac(k, v)
    while True:
        v = mac(k, v)
        candidate = int.from_bytes(v, "big")
        if 0 < candidate < N:
            return candidate
        k = mac(k, v + b"\x00")
        v = mac(k, v)


def integer(n):
    body = n.to_bytes(n.bit_length() // 8 + 1, "big")
    return b"\x02" + bytes([len(body)]) + body


def sign(key, message):
    digest = hashlib.sha256(message).digest()
    k = nonce(key, digest)
    r = multiply(k, G)[0] % N
    s = pow(k, -1, N) * (int.from_bytes(digest, "big") + r * key) % N
    body = integer(r) + integer(s)
    return b"\x30" + bytes([len(body)]) + body


def private(key):
    """ECPrivateKey, RFC 5915."""
    body = (integer(1) + b"\x04\x20" + octets(key)
            + bytes.fromhex("a00a06082a8648ce3d030107") + b"\xa1\x44\x03\x42\x00" + public(key))
    return b"\x30" + bytes([len(body)]) + body


def text(data):
    return base64.b64encode(data).decode()


# The first number begins with a zero octet, which an encoder must not drop.
present = int.from_bytes(hashlib.sha256(b"present").digest(), "big") >> 9
following = int.from_bytes(hashlib.sha256(b"next").digest(), "big") % N
for name, binding in (("tls-unique  ", bytes(range(12))), ("tls-exporter", bytes(range(32)))):
    print(name, text(sign(present, binding + spki(following))))
print("kept        ", text(private(present)))
print("present     ", text(spki(present)))
print("next        ", text(spki(following)))
