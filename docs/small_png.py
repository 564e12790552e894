"""Makes a picture of text a third of its size: at most 256 colours, one byte a pixel (RFC 2083)."""

import struct
import zlib
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_STEPS = (255, 63, 31, 15, 7)
"""Shades of each channel: as many as leave no more than 256 colours."""


def smaller(png: bytes) -> bytes:
    """The same picture, of a PNG as Chromium writes them: 8 bits a channel, not interlaced."""
    chunks = list(_chunks(png))
    width, height, depth, kind, _, _, interlaced = struct.unpack(">IIBBBBB", chunks[0][1])
    if depth != 8 or kind not in {2, 6} or interlaced:
        raise ValueError("this picture is not as Chromium writes them")
    channels = 3 if kind == 2 else 4
    packed = b"".join(data for name, data in chunks if name == b"IDAT")
    pixels = _unfiltered(zlib.decompress(packed), width * channels, height, channels)
    colours = pixels.reshape(-1, channels)[:, :3].astype(np.uint32)
    for steps in _STEPS:
        shades = (colours * steps + 127) // 255 * 255 // steps
        palette, indices = np.unique(shades[:, 0] << 16 | shades[:, 1] << 8 | shades[:, 2], return_inverse=True)
        if len(palette) <= 256:
            break
    rows = np.zeros((height, width + 1), np.uint8)  # each begins with its filter: none
    rows[:, 1:] = indices.reshape(height, width)
    table = np.stack([palette >> 16, palette >> 8 & 255, palette & 255], axis=1).astype(np.uint8)
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    image = zlib.compress(rows.tobytes(), 9)
    written = ((b"IHDR", header), (b"PLTE", table.tobytes()), (b"IDAT", image), (b"IEND", b""))
    return _SIGNATURE + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in written
    )


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = len(_SIGNATURE)
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += length + 12


def _unfiltered(data: bytes, stride: int, height: int, channels: int) -> NDArray[np.uint8]:
    above = bytearray(stride)
    rows = []
    for number in range(height):
        start = number * (stride + 1)
        row = bytearray(data[start + 1 : start + 1 + stride])
        match data[start]:
            case 1:
                for i in range(channels, stride):
                    row[i] = row[i] + row[i - channels] & 255
            case 2:
                for i in range(stride):
                    row[i] = row[i] + above[i] & 255
            case 3:
                for i in range(stride):
                    row[i] = row[i] + (((row[i - channels] if i >= channels else 0) + above[i]) >> 1) & 255
            case 4:
                for i in range(stride):
                    left, corner = (row[i - channels], above[i - channels]) if i >= channels else (0, 0)
                    row[i] = row[i] + _paeth(left, above[i], corner) & 255
        rows.append(row)
        above = row
    return np.frombuffer(b"".join(rows), np.uint8)


def _paeth(left: int, above: int, corner: int) -> int:
    guess = left + above - corner
    return min((abs(guess - left), 0, left), (abs(guess - above), 1, above), (abs(guess - corner), 2, corner))[2]
