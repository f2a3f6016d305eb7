"""What Pillow makes of synthetic pictures: `python3 pillow-digests.py > pillow-digests.json` (Debian: python3-pil).

The pictures are a formula, so that nothing but digests need be kept: byte i of picture s is the top byte of a 32-bit
mix of i and s. `synthetic-picture.ts` has the same formula.
"""

import hashlib
import json

from PIL import Image

FILTERS = {"nearest": 0, "lanczos": 1, "bilinear": 2, "bicubic": 3, "box": 4, "hamming": 5}

# source and target, width × height: both ways, odd sizes, sides of one pixel, one axis only, a photo's
SIZES = [
    ((97, 61), (40, 25)),
    ((97, 61), (31, 200)),
    ((33, 21), (224, 150)),
    ((64, 48), (64, 31)),
    ((64, 48), (29, 48)),
    ((64, 48), (64, 48)),
    ((300, 200), (299, 201)),
    ((500, 375), (341, 256)),
    ((1, 1), (7, 5)),
    ((7, 5), (1, 1)),
    ((1, 195), (8, 1560)),
    ((195, 1), (1560, 8)),
    ((1, 301), (1, 13)),
    ((1021, 3), (7, 3)),
    ((2, 2), (3, 3)),
]


def mix(index, seed):
    value = (index * 2654435761 + seed * 2246822519) & 0xFFFFFFFF
    value ^= value >> 15
    value = (value * 2246822519) & 0xFFFFFFFF
    return value >> 24


def picture(size, channels, seed):
    data = bytes(mix(index, seed) for index in range(size[0] * size[1] * channels))
    return Image.frombytes("RGB" if channels == 3 else "L", size, data)


def digests():
    for seed, (size, target) in enumerate(SIZES):
        for channels in (1, 3):
            source = picture(size, channels, seed)
            for name, number in FILTERS.items():
                resized = source.resize(target, number)
                yield {
                    "seed": seed,
                    "size": size,
                    "channels": channels,
                    "target": target,
                    "filter": name,
                    "sha256": hashlib.sha256(resized.tobytes()).hexdigest(),
                }


if __name__ == "__main__":
    print("[\n  " + ",\n  ".join(json.dumps(digest) for digest in digests()) + "\n]")
