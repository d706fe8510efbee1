"""Encrypts a message and signs a token (FunctionBench: pyaes; Medes: AuthEnc)."""

import base64
import hashlib
import hmac
import json
import zlib

import inputs
import pyaes

WORDS = 1200


def message(request):
    """The key and the text."""
    numbers = inputs.Numbers(request["seed"], request["request"])
    key = b"".join(numbers.next().to_bytes(4, "big") for _ in range(4))
    return key, " ".join(inputs.words(numbers, WORDS)).encode()


def handle(request):
    """Encrypts with AES-128 in counter mode, decrypts again, signs claims with HMAC-SHA-256."""
    key, text = message(request)
    sealed = pyaes.AESModeOfOperationCTR(key).encrypt(text)
    if pyaes.AESModeOfOperationCTR(key).decrypt(sealed) != text:
        raise ValueError("the decrypted message differs")
    claims = json.dumps({"sub": request["seed"], "jti": request["request"], "crc": zlib.crc32(sealed)})
    body = base64.urlsafe_b64encode(claims.encode())
    signature = hmac.new(key, body, hashlib.sha256).hexdigest()
    return {"bytes": len(sealed), "sealed": zlib.crc32(sealed), "signature": signature}
