#!/usr/bin/env python3
"""Vectors for LzsTest and DeflateTest, by a calculation that shares nothing with the code tested.

LZS is written from the tables of RFC 1974 as strings of '0' and '1', with a search through every
earlier place; deflate is zlib's, with a window of 12 bits.

    python3 compression_vectors.py lzs       plain, stream (hexadecimal)
    python3 compression_vectors.py deflate   plain, payload, in the order of one tunnel
"""
import random
import sys
import zlib


def length_code(n):
    short = {2: "00", 3: "01", 4: "10", 5: "1100", 6: "1101", 7: "1110"}
    if n in short:
        return short[n]
    fifteens, rest = divmod(n - 8, 15)
    return "1111" + "1111" * fifteens + format(rest, "04b")


def lzs(plain):
    bits, i = "", 0
    while i < len(plain):
        best, offset = 0, 0
        for back in range(1, min(i, 2047) + 1):
            n = 0
            while i + n < len(plain) and plain[i + n] == plain[i + n - back]:
                n += 1
            if n > best:
                best, offset = n, back
        if best < 2:
            bits += "0" + format(plain[i], "08b")
            i += 1
            continue
        bits += "11" + format(offset, "07b") if offset < 128 else "10" + format(offset, "011b")
        bits += length_code(best)
        i += best
    bits += "110000000"
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[k : k + 8], 2) for k in range(0, len(bits), 8))


def samples():
    rng = random.Random(1974)
    yield b"a" * 2
    yield b"ab" * 60
    yield bytes(range(200)) + bytes(range(200))
    text = b"GET /%d HTTP/1.1\r\nHost: intranet.example\r\nAccept: */*\r\n\r\n"
    yield b"".join(text % n for n in range(6))
    yield bytes(rng.choice(b"adit") for _ in range(160))
    far = bytes(rng.randrange(256) for _ in range(40))
    yield far + b"\0" * 2007 + far  # 2047 back: just within reach
    yield far + b"\0" * 2008 + far  # 2048 back: out of reach


def deflate():
    out, total = zlib.compressobj(6, zlib.DEFLATED, -12, 9), 1
    rng = random.Random(1951)
    words = [b"tunnel", b"packet", b"window", b"offset", b"adler"]
    for n in range(6):
        plain = b"E" + b" ".join(rng.choice(words) for _ in range(40 + 40 * n))
        total = zlib.adler32(plain, total)
        stream = out.compress(plain) + out.flush(zlib.Z_SYNC_FLUSH)
        yield plain, stream + total.to_bytes(4, "big")


if __name__ == "__main__":
    pairs = deflate() if sys.argv[1:] == ["deflate"] else ((s, lzs(s)) for s in samples())
    for plain, packed in pairs:
        print(plain.hex() + "," + packed.hex())
