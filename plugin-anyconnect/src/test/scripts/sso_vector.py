#!/usr/bin/env python3
"""One sealed single sign-on token, computed without the code under test.

P-256 and GCM are those of p256.py and gcm.py, HKDF is hmac's. Prints what SealedTokenTest holds.
Layout: see SealedToken.java.
"""
import base64
import hashlib
import hmac

from gcm import gcm
from p256 import G, multiply, octets, spki

PKCS8 = bytes.fromhex("3041020100301306072a8648ce3d020106082a8648ce3d030107042730250201010420")


def value(tag, data):
    return tag.to_bytes(2, "big") + len(data).to_bytes(2, "big") + data


ours = int.from_bytes(hashlib.sha256(b"client").digest(), "big") >> 1
theirs = int.from_bytes(hashlib.sha256(b"server").digest(), "big") >> 1
iv = bytes(range(12))
token = b"A1b2C3d4E5f6G7h8I9j0k"

shared = octets(multiply(ours, multiply(theirs, G))[0])
prk = hmac.new(bytes(32), shared, hashlib.sha256).digest()
key = hmac.new(prk, b"AC_ECIES\x01", hashlib.sha256).digest()
sealed = gcm(key, iv, b"", token)
blob = b"\x00\x01" + value(1, spki(theirs)) + value(2, sealed[-16:-4]) \
    + value(3, sealed[:-16]) + value(4, iv)
print("private", base64.b64encode(PKCS8 + octets(ours)).decode())
print("public ", base64.b64encode(spki(ours)).decode())
print("key    ", key.hex())
print("blob   ", base64.b64encode(blob).decode())
