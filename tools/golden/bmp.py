"""Writes test/golden/bmp.json: small bitmaps of every kind and the RGB pixels that Pillow reads from them.

Needs Pillow (tried with 12): python3 tools/golden/bmp.py
"""

import base64
import io
import json
import pathlib
import struct

from PIL import Image

HERE = pathlib.Path(__file__).resolve().parent


def info_header(width, height, bits, compression=0, colours=0, size=40, extra=b""):
    return struct.pack("<IiiHHIIiiII", size, width, height, 1, bits, compression, 0, 4000000, 4000000, colours, 0) + extra


def bmp(header, palette, pixels):
    offset = 14 + len(header) + len(palette)
    return b"BM" + struct.pack("<IHHI", offset + len(pixels), 0, 0, offset) + header + palette + pixels


def palette(entries):
    return b"".join(bytes((b, g, r, 0)) for r, g, b in entries)


def rows(width, height, bits, value):
    """Packed rows, most significant bits first, padded to 4 bytes."""
    out = b""
    for y in range(height):
        line = 0
        for x in range(width):
            line = (line << bits) | value(x, y)
        used = width * bits
        padded = (used + 31) // 32 * 32
        out += (line << (padded - used)).to_bytes(padded // 8, "big")
    return out


def words(width, height, fmt, value):
    out = b""
    for y in range(height):
        line = b"".join(struct.pack(fmt, value(x, y)) for x in range(width))
        out += line + b"\0" * (-len(line) % 4)
    return out


SIXTEEN = [(i * 16, 255 - i * 10, (i * 37) % 256) for i in range(16)]
MANY = [((i * 7) % 256, (i * 13) % 256, 255 - i) for i in range(256)]

files = {
    "1 bit, 11 wide": bmp(info_header(11, 3, 1, colours=2), palette([(10, 20, 30), (200, 210, 220)]), rows(11, 3, 1, lambda x, y: (x + y) % 2)),
    "4 bits, odd width": bmp(info_header(7, 5, 4), palette(SIXTEEN), rows(7, 5, 4, lambda x, y: (x + 3 * y) % 16)),
    "8 bits, palette": bmp(info_header(5, 4, 8), palette(MANY), rows(5, 4, 8, lambda x, y: (x * 50 + y * 11) % 256)),
    "8 bits, short palette": bmp(info_header(5, 4, 8, colours=16), palette(SIXTEEN), rows(5, 4, 8, lambda x, y: (x + y) % 16)),
    "8 bits, top down": bmp(info_header(5, -4, 8), palette(MANY), rows(5, 4, 8, lambda x, y: x * 50 + y)),
    "24 bits": bmp(info_header(5, 3, 24), b"", b"".join(bytes((x * 40 + y, x + 7, 255 - x) [i] for x in range(5) for i in range(3)) + b"\0" for y in range(3))),
    "16 bits, 555": bmp(info_header(3, 2, 16), b"", words(3, 2, "<H", lambda x, y: (x * 9 << 10) | (y * 31 << 5) | (31 - x))),
    "16 bits, 565": bmp(info_header(3, 2, 16, 3) + struct.pack("<III", 0xF800, 0x07E0, 0x001F), b"", words(3, 2, "<H", lambda x, y: (x * 9 << 11) | (y * 63 << 5) | (31 - x))),
    "32 bits": bmp(info_header(3, 2, 32), b"", words(3, 2, "<I", lambda x, y: (x * 60 << 16) | (y * 90 << 8) | 17)),
    "32 bits, BGRX masks": bmp(info_header(3, 2, 32, 3) + struct.pack("<III", 0xFF000000, 0x00FF0000, 0x0000FF00), b"", words(3, 2, "<I", lambda x, y: (x * 60 << 24) | (y * 90 << 16) | (17 << 8))),
    "OS/2, 24 bits": b"BM" + struct.pack("<IHHI", 26 + 24, 0, 0, 26) + struct.pack("<IHHHH", 12, 3, 2, 1, 24) + bytes(range(9)) + b"\0\0\0" + bytes(range(100, 109)) + b"\0\0\0",
    "RLE8": bmp(info_header(6, 3, 8, 1), palette(MANY), bytes([3, 9, 0, 3, 40, 41, 42, 0, 0, 0, 6, 200, 0, 0, 2, 5, 4, 6, 0, 1])),
    "RLE8 with a jump": bmp(info_header(6, 3, 8, 1), palette(MANY), bytes([2, 9, 0, 2, 1, 1, 3, 77, 0, 0, 6, 5, 0, 1])),
    "RLE4": bmp(info_header(6, 2, 4, 2), palette(SIXTEEN), bytes([5, 0x3A, 1, 0x70, 0, 0, 0, 5, 0x12, 0x34, 0x50, 0, 1, 0xF0, 0, 1])),
}

out = []
for name, data in files.items():
    image = Image.open(io.BytesIO(data)).convert("RGB")
    encode = lambda raw: base64.b64encode(raw).decode()
    out.append({"name": name, "file": encode(data), "width": image.width, "height": image.height, "rgb": encode(image.tobytes())})

(HERE.parent.parent / "test/golden/bmp.json").write_text(json.dumps(out, indent=1) + "\n")
