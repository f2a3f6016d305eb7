"""What Pillow makes of pictures, for comparison: `python3 reference.py make FOLDER` writes one picture of every kind into
a folder; `python3 reference.py read` reads a JSON list of files from its standard input, and prints for each the sha256
of its pixels, turned by EXIF and converted to RGB as transformers' `load_image` has it, or null where it cannot.
"""

import hashlib
import json
import os
import sys
import warnings

from PIL import Image, ImageCms, ImageOps

SIZE = (61, 43)


def mix(index, seed):
    value = (index * 2654435761 + seed * 2246822519) & 0xFFFFFFFF
    value ^= value >> 15
    return ((value * 2246822519) & 0xFFFFFFFF) >> 24


def noise(mode, seed=1):
    bands = len(Image.new(mode, (1, 1)).getbands())
    return Image.frombytes(mode, SIZE, bytes(mix(index, seed) for index in range(SIZE[0] * SIZE[1] * bands)))


def soft(mode):
    """Something that a lossy format keeps."""
    return noise(mode).resize((7, 5)).resize((211, 157), Image.BICUBIC)


def deep(mode, samples):
    data = b"".join((mix(index, 3) * 257).to_bytes(2, "little") for index in range(samples))
    return Image.frombytes(mode, SIZE, data)


def make(folder):
    def save(name, picture, **options):
        picture.save(os.path.join(folder, name), **options)

    for mode in ("1", "L", "LA", "RGB", "RGBA"):
        picture = noise("L").convert("1") if mode == "1" else noise(mode)
        save(f"{mode}.png", picture)
        save(f"{mode}.tiff", picture, compression="tiff_lzw" if mode != "1" else None)
    palette = noise("RGB").quantize(17)
    save("palette.png", palette)
    save("palette-transparent.png", palette, transparency=3)
    save("palette.gif", palette)
    save("grey-16.png", deep("I;16", SIZE[0] * SIZE[1]))
    save("cmyk.tiff", noise("CMYK"))
    save("cmyk.jpg", soft("CMYK"), quality=92)
    save("grey.jpg", soft("L"), quality=85)
    save("progressive.jpg", soft("RGB"), quality=85, progressive=True)
    for name, sampling in (("444", 0), ("422", 1), ("420", 2)):
        save(f"sampled-{name}.jpg", soft("RGB"), quality=85, subsampling=sampling)
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[274] = orientation
        save(f"orientation-{orientation}.jpg", soft("RGB"), quality=90, exif=exif)
    exif = Image.Exif()
    exif[274] = 6
    save("orientation-6.png", noise("RGB"), exif=exif)
    save("orientation-6.webp", soft("RGB"), exif=exif, lossless=True)
    # no profile is farther from RGB as stored than one of Lab
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    save("profile.jpg", soft("RGB"), quality=90, icc_profile=lab)
    save("lossy.webp", soft("RGB"), quality=80)
    save("lossless.webp", noise("RGB"), lossless=True)
    save("transparent.webp", noise("RGBA"), lossless=True, exact=True)
    frames = [noise("RGB", seed) for seed in (5, 6, 7)]
    save("animated.gif", frames[0].quantize(33), save_all=True, append_images=[f.quantize(33) for f in frames[1:]])
    save("animated.webp", frames[0], save_all=True, append_images=frames[1:], lossless=True)
    save("pages.tiff", frames[0], save_all=True, append_images=frames[1:])


def digest(file):
    try:
        with Image.open(file) as picture:
            rgb = ImageOps.exif_transpose(picture).convert("RGB")
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        return None
    return {"size": rgb.size, "sha256": hashlib.sha256(rgb.tobytes()).hexdigest()}


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    if sys.argv[1] == "make":
        make(sys.argv[2])
    else:
        for file in json.load(sys.stdin):
            print(json.dumps(digest(file)), flush=True)
