"""Pillow in a multiprocessing.Pool, as the tutorials have it: the peer of the thumbnail benchmarks.

Reads one JSON list of jobs a line, [kind, source, side, target], runs them in a pool that stays, and prints a line
when the last one is written.
"""

import json
import sys
from multiprocessing import Pool

from PIL import Image


def thumbnail(source, side, target):
    with Image.open(source) as image:
        image.thumbnail((side, side))
        if image.mode != "RGB":
            image = image.convert("RGB")
        image.save(target, "JPEG", quality=80)


def array(source, side, target):
    with Image.open(source) as image:
        small = image.resize((side, side)).convert("L")
    with open(target, "wb") as file:
        file.write(small.tobytes())


def work(job):
    kind, source, side, target = job
    {"thumbnail": thumbnail, "array": array}[kind](source, side, target)


if __name__ == "__main__":
    with Pool() as pool:
        print("ready", flush=True)
        for line in sys.stdin:
            pool.map(work, json.loads(line))
            print("done", flush=True)
