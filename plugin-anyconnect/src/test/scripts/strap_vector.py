#!/usr/bin/env python3
"""Proofs of a session's key (STRAP), computed without the code under test.

P-256 and ECDSA are written out here, the nonce by RFC 6979 §3.2 so that the output is always the
same. Prints what StrapKeyTest holds. What is signed: see StrapKey.java.
"""
import base64
import hashlib
import hmac

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
A = P - 3
N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
G = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
     0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)
SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")


def add(p, q):
    if p is None or q is None:
        return p or q
    if p[0] == q[0] and (p[1] + q[1]) % P == 0:
        return None
    if p == q:
        slope = (3 * p[0] * p[0] + A) * pow(2 * p[1], -1, P)
    else:
        slope = (q[1] - p[1]) * pow(q[0] - p[0], -1, P)
    x = (slope * slope - p[0] - q[0]) % P
    return x, (slope * (p[0] - x) - p[1]) % P


def multiply(k, point):
    total = None
    while k:
        if k & 1:
            total = add(total, point)
        point = add(point, point)
        k >>= 1
    return total


def octets(n):
    return n.to_bytes(32, "big")


def point(key):
    x, y = multiply(key, G)
    return b"\x04" + octets(x) + octets(y)


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
            + bytes.fromhex("a00a06082a8648ce3d030107") + b"\xa1\x44\x03\x42\x00" + point(key))
    return b"\x30" + bytes([len(body)]) + body


def text(data):
    return base64.b64encode(data).decode()


# The first number begins with a zero octet, which an encoder must not drop.
present = int.from_bytes(hashlib.sha256(b"present").digest(), "big") >> 9
following = int.from_bytes(hashlib.sha256(b"next").digest(), "big") % N
for name, binding in (("tls-unique  ", bytes(range(12))), ("tls-exporter", bytes(range(32)))):
    print(name, text(sign(present, binding + SPKI + point(following))))
print("kept        ", text(private(present)))
print("present     ", text(SPKI + point(present)))
print("next        ", text(SPKI + point(following)))
