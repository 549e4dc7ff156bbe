#!/usr/bin/env python3
"""One sealed single sign-on token, computed without the code under test.

P-256, HKDF (hashlib, hmac) and GHASH are written out here; the AES block function is that of the
openssl command (AES-256-ECB). Prints what SealedTokenTest holds. Layout: see SealedToken.java.
"""
import base64
import hashlib
import hmac
import subprocess

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
A = P - 3
G = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
     0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)
SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")
PKCS8 = bytes.fromhex("3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420")


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


def spki(point):
    return SPKI + b"\x04" + point[0].to_bytes(32, "big") + point[1].to_bytes(32, "big")


def aes(key, block):
    return subprocess.run(
        ["openssl", "enc", "-aes-256-ecb", "-nopad", "-K", key.hex()],
        input=block, stdout=subprocess.PIPE, check=True).stdout


def ghash(h, data):
    y = 0
    for at in range(0, len(data), 16):
        x, v, z = y ^ int.from_bytes(data[at:at + 16], "big"), h, 0
        for bit in range(127, -1, -1):
            if x >> bit & 1:
                z ^= v
            v = v >> 1 ^ (0xE1 << 120 if v & 1 else 0)
        y = z
    return y


def gcm(key, iv, plain):
    counter = lambda n: iv + n.to_bytes(4, "big")
    sealed = b""
    for at in range(0, len(plain), 16):
        stream = aes(key, counter(2 + at // 16))
        sealed += bytes(a ^ b for a, b in zip(plain[at:at + 16], stream))
    padded = sealed + bytes(-len(sealed) % 16)
    lengths = bytes(8) + (8 * len(sealed)).to_bytes(8, "big")
    s = ghash(int.from_bytes(aes(key, bytes(16)), "big"), padded + lengths)
    tag = s ^ int.from_bytes(aes(key, counter(1)), "big")
    return sealed, tag.to_bytes(16, "big")


def value(tag, data):
    return tag.to_bytes(2, "big") + len(data).to_bytes(2, "big") + data


ours = int.from_bytes(hashlib.sha256(b"client").digest(), "big") >> 1
theirs = int.from_bytes(hashlib.sha256(b"server").digest(), "big") >> 1
iv = bytes(range(12))
token = b"A1b2C3d4E5f6G7h8I9j0k"

shared = multiply(ours, multiply(theirs, G))[0].to_bytes(32, "big")
prk = hmac.new(bytes(32), shared, hashlib.sha256).digest()
key = hmac.new(prk, b"AC_ECIES\x01", hashlib.sha256).digest()
sealed, tag = gcm(key, iv, token)
blob = b"\x00\x01" + value(1, spki(multiply(theirs, G))) + value(2, tag[:12]) \
    + value(3, sealed) + value(4, iv)
print("private", base64.b64encode(PKCS8 + ours.to_bytes(32, "big")).decode())
print("public ", base64.b64encode(spki(multiply(ours, G))).decode())
print("key    ", key.hex())
print("blob   ", base64.b64encode(blob).decode())
