"""AES-GCM (NIST SP 800-38D) with a nonce of 96 bits, for the scripts beside it.

GHASH is written out here; the AES block function is that of the openssl command.
"""
import subprocess


def openssl(cipher, key, data, iv=None):
    command = ["openssl", "enc", "-" + cipher, "-nopad", "-K", key.hex()]
    if iv is not None:
        command += ["-iv", iv.hex()]
    return subprocess.run(command, input=data, stdout=subprocess.PIPE, check=True).stdout


def xor(a, b):
    return bytes(x ^ y for x, y in zip(a, b))


def padded(data):
    return data + bytes(-len(data) % 16)


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


def gcm(key, nonce, aad, plain):
    """What is sealed, and behind it the tag of 16 bytes."""
    block = lambda data: openssl("aes-%d-ecb" % (8 * len(key)), key, data)
    blocks = range((len(plain) + 15) // 16)
    stream = b"".join(block(nonce + (2 + i).to_bytes(4, "big")) for i in blocks)
    sealed = xor(plain, stream)
    lengths = (8 * len(aad)).to_bytes(8, "big") + (8 * len(sealed)).to_bytes(8, "big")
    s = ghash(int.from_bytes(block(bytes(16)), "big"), padded(aad) + padded(sealed) + lengths)
    return sealed + xor(s.to_bytes(16, "big"), block(nonce + b"\x00\x00\x00\x01"))
