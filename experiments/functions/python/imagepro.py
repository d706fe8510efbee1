"""Flips, turns, blurs, greys and scales a photograph-like picture (FunctionBench: image_processing)."""

import io
import zlib

import numpy
from PIL import Image, ImageFilter


def picture(request):
    """A JPEG file of 1.2 to 2.2 million pixels: smooth areas with noise."""
    numbers = numpy.random.default_rng([request["seed"], request["request"]])
    width, height = int(numbers.integers(1280, 1729)), int(numbers.integers(960, 1281))
    coarse = Image.fromarray(numbers.integers(0, 256, (12, 16, 3), dtype=numpy.uint8))
    smooth = numpy.asarray(coarse.resize((width, height), Image.Resampling.BICUBIC), dtype=numpy.int16)
    noisy = smooth + numbers.integers(-12, 13, smooth.shape, dtype=numpy.int16)
    file = io.BytesIO()
    Image.fromarray(noisy.clip(0, 255).astype(numpy.uint8)).save(file, "JPEG", quality=85)
    return file.getvalue()


def handle(request):
    """Applies each operation and encodes the result; gives the checksum of the turned grey picture."""
    image = Image.open(io.BytesIO(picture(request)))
    image.load()
    results = [
        image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        image.filter(ImageFilter.GaussianBlur(3)),
        image.resize((image.width // 4, image.height // 4)),
        image.transpose(Image.Transpose.ROTATE_90).convert("L"),
    ]
    encoded = 0
    for result in results:
        file = io.BytesIO()
        result.save(file, "JPEG")
        encoded += len(file.getvalue())
    return {"width": image.width, "height": image.height, "grey": zlib.crc32(results[-1].tobytes()), "bytes": encoded}
