#!/usr/bin/env python3
"""Key blocks, Finished values and sealed records of each DTLS suite, without the code under test.

The PRFs are hashlib's and hmac's; GCM is written out in gcm.py, ChaCha20 and Poly1305 here; the block
functions of AES and 3DES, and CBC, are those of the openssl command. Prints src/test/resources/dtls-vectors.txt,
which DtlsVectorTest reads:

    SUITE FORM MASTER KEYBLOCK SERVER-FINISHED CLIENT-FINISHED RECORD

Inputs, the same for all: the session's secret is 00 01 .. 2f (for PSK the key is 40 41 .. 5f), the
session id 80 81 .. 9f, the client's random 32 times c0, the server's 32 times 50; the record has epoch 1,
sequence number 1, type 23 and the IV f0 f1 .. ff as far as it takes one. The transcript is a ClientHello
and a ServerHello, both number 0, and for the client's Finished the server's, number 2.
"""
import hashlib
import hmac

from gcm import gcm, openssl, padded, xor

MASTER = bytes(range(48))
PSK = bytes(range(0x40, 0x60))
SESSION_ID = bytes(range(0x80, 0xA0))
CLIENT, SERVER = b"\xc0" * 32, b"\x50" * 32
IV = bytes(range(0xF0, 0x100))
CONTENT = b"\x00hello dtls 0.9"


def p_hash(name, secret, seed, length):
    out, a = b"", seed
    while len(out) < length:
        a = hmac.new(secret, a, name).digest()
        out += hmac.new(secret, a + seed, name).digest()
    return out[:length]


def prf(hash_name, secret, label, seed, length):
    if hash_name != "legacy":
        return p_hash(hash_name, secret, label + seed, length)
    half = (len(secret) + 1) // 2
    return xor(p_hash("md5", secret[:half], label + seed, length),
               p_hash("sha1", secret[-half:], label + seed, length))


def digest(hash_name, data):
    if hash_name == "legacy":
        return hashlib.md5(data).digest() + hashlib.sha1(data).digest()
    return hashlib.new(hash_name, data).digest()


def chacha_block(key, counter, nonce):
    words = lambda data: [int.from_bytes(data[i:i + 4], "little") for i in range(0, len(data), 4)]
    start = words(b"expand 32-byte k") + words(key) + [counter] + words(nonce)
    x = list(start)

    def quarter(a, b, c, d):
        for p, q, r, n in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            x[p] = (x[p] + x[q]) & 0xFFFFFFFF
            x[r] ^= x[p]
            x[r] = (x[r] << n | x[r] >> 32 - n) & 0xFFFFFFFF

    for _ in range(10):
        for i in range(4):
            quarter(i, 4 + i, 8 + i, 12 + i)
        for i in range(4):
            quarter(i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4)
    return b"".join((a + b & 0xFFFFFFFF).to_bytes(4, "little") for a, b in zip(x, start))


def chacha20_poly1305(key, nonce, aad, plain):
    one = chacha_block(key, 0, nonce)
    r = int.from_bytes(one[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    s = int.from_bytes(one[16:32], "little")
    stream = b"".join(chacha_block(key, 1 + i, nonce) for i in range((len(plain) + 63) // 64))
    sealed = xor(plain, stream)
    data = padded(aad) + padded(sealed) + len(aad).to_bytes(8, "little") \
        + len(sealed).to_bytes(8, "little")
    tag = 0
    for at in range(0, len(data), 16):
        tag = (tag + int.from_bytes(data[at:at + 16] + b"\x01", "little")) * r % (2**130 - 5)
    return sealed + (tag + s & 2**128 - 1).to_bytes(16, "little")


def cbc(cipher, key, mac_key, iv, header, plain):
    body = plain + hmac.new(mac_key, header + plain, "sha1").digest()
    padding = len(iv) - len(body) % len(iv)
    return iv + openssl(cipher, key, body + bytes([padding - 1]) * padding, iv)


def message(pre_rfc, kind, number, body):
    if pre_rfc:
        return body
    length = len(body).to_bytes(3, "big")
    return bytes([kind]) + length + number.to_bytes(2, "big") + bytes(3) + length + body


def vector(name, form, number, kind, key_bytes, hash_name):
    pre_rfc = form == "PRE_RFC"
    version = b"\x01\x00" if pre_rfc else b"\xfe\xfd"
    hash_name = "legacy" if pre_rfc else hash_name
    master = MASTER
    if form == "PSK_NEGOTIATE":
        size = len(PSK).to_bytes(2, "big")
        premaster = size + bytes(len(PSK)) + size + PSK
        master = prf(hash_name, premaster, b"master secret", CLIENT + SERVER, 48)
    mac_bytes, iv_bytes = {"gcm": (0, 4), "chacha": (0, 12)}.get(kind, (20, 0))
    block = prf(hash_name, master, b"key expansion", SERVER + CLIENT,
                2 * (mac_bytes + key_bytes + iv_bytes))
    mac_key = block[:mac_bytes]
    key = block[2 * mac_bytes:][:key_bytes]
    fixed_iv = block[2 * (mac_bytes + key_bytes):][:iv_bytes]

    suite = number.to_bytes(2, "big")
    hello = version + CLIENT + b"\x20" + SESSION_ID + b"\x00" + b"\x00\x02" + suite + b"\x01\x00"
    answer = version + SERVER + b"\x20" + SESSION_ID + suite + b"\x00"
    transcript = message(pre_rfc, 1, 0, hello) + message(pre_rfc, 2, 0, answer)
    server = prf(hash_name, master, b"server finished", digest(hash_name, transcript), 12)
    transcript += message(pre_rfc, 20, 2, server)
    client = prf(hash_name, master, b"client finished", digest(hash_name, transcript), 12)

    sequence = b"\x00\x01" + (1).to_bytes(6, "big")
    header = sequence + b"\x17" + version + len(CONTENT).to_bytes(2, "big")
    if kind == "gcm":
        body = sequence + gcm(key, fixed_iv + sequence, header, CONTENT)
    elif kind == "chacha":
        body = chacha20_poly1305(key, xor(fixed_iv, bytes(4) + sequence), header, CONTENT)
    else:
        iv = IV[:8] if kind == "des-ede3-cbc" else IV
        body = cbc(kind, key, mac_key, iv, header, CONTENT)
    record = b"\x17" + version + sequence + len(body).to_bytes(2, "big") + body
    print(name, form, master.hex(), block.hex(), server.hex(), client.hex(), record.hex())


for name, number, kind, key_bytes, hash_name in (
        ("PSK_AES_128_GCM", 0x00A8, "gcm", 16, "sha256"),
        ("PSK_AES_256_GCM", 0x00A9, "gcm", 32, "sha384"),
        ("PSK_CHACHA20_POLY1305", 0xCCAB, "chacha", 32, "sha256")):
    vector(name, "PSK_NEGOTIATE", number, kind, key_bytes, hash_name)
for name, number, kind, key_bytes, hash_name in (
        ("RSA_AES_128_GCM", 0x009C, "gcm", 16, "sha256"),
        ("RSA_AES_256_GCM", 0x009D, "gcm", 32, "sha384"),
        ("ECDHE_RSA_AES_128_GCM", 0xC02F, "gcm", 16, "sha256"),
        ("ECDHE_RSA_AES_256_GCM", 0xC030, "gcm", 32, "sha384"),
        ("RSA_AES_128_SHA", 0x002F, "aes-128-cbc", 16, "sha256"),
        ("RSA_AES_256_SHA", 0x0035, "aes-256-cbc", 32, "sha256"),
        ("DHE_RSA_AES_128_SHA", 0x0033, "aes-128-cbc", 16, "sha256"),
        ("DHE_RSA_AES_256_SHA", 0x0039, "aes-256-cbc", 32, "sha256")):
    vector(name, "RESUMPTION", number, kind, key_bytes, hash_name)
for name, number, kind, key_bytes in (
        ("RSA_AES_128_SHA", 0x002F, "aes-128-cbc", 16),
        ("RSA_AES_256_SHA", 0x0035, "aes-256-cbc", 32),
        ("DHE_RSA_AES_128_SHA", 0x0033, "aes-128-cbc", 16),
        ("DHE_RSA_AES_256_SHA", 0x0039, "aes-256-cbc", 32),
        ("RSA_3DES_SHA", 0x000A, "des-ede3-cbc", 24)):
    vector(name, "PRE_RFC", number, kind, key_bytes, "legacy")
