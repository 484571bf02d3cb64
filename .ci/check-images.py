#!/usr/bin/env python3
"""Checks `descent predict` on images that Pillow wrote, with a model of 98 % accuracy.

    check-images.py DESCENT MODEL IMAGES LABELS FOLDER

IMAGES and LABELS are the IDX files of MNIST's test digits, plain or .gz; they are written as PNG and PGM files into FOLDER: enlarged,
reduced, inverted, shifted, noisy, colored, transparent, unevenly illuminated. Digits of fonts are among the images of the tests, and Pillow has a
font too. Nine of ten must be correct: of the test digits, of each of these kinds, and of the digits of all fonts together.
"""

import collections
import csv
import pathlib
import subprocess
import sys

import numpy as np
from PIL import Image, ImageDraw, ImageFont, ImageOps

from idx import read_idx

random = np.random.default_rng(1)
filters = [Image.Resampling.NEAREST, Image.Resampling.BILINEAR, Image.Resampling.BICUBIC, Image.Resampling.LANCZOS]


def sized(image, smallest, largest):
    side = int(random.integers(smallest, largest))
    return image.resize((side, side), filters[random.integers(len(filters))])


def enlarged(image):
    return sized(image, 30, 300)


def smaller(image):
    side = int(random.integers(14, 26))
    return image.resize((side, side), Image.Resampling.BOX)


def inverted(image):
    return ImageOps.invert(sized(image, 28, 200))


def moved(image):
    image = sized(image, 28, 90)
    canvas = Image.new("L", (image.width + 120, image.height + 70))
    canvas.paste(image, (int(random.integers(120)), int(random.integers(70))))
    return ImageOps.invert(canvas) if random.random() < 0.5 else canvas


def noisy(image):
    pixels = np.asarray(sized(image, 28, 150)).astype(float)
    pixels = (255 - pixels if random.random() < 0.5 else pixels) * 0.8 + 25 + random.normal(0, 10, pixels.shape)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def transparent(image):
    ink = sized(image, 28, 150)
    picture = Image.new("RGBA", ink.size, [(0, 0, 0, 0), (255, 255, 255, 0), (20, 60, 200, 0)][random.integers(3)])
    picture.putalpha(ink)
    return picture


def colored(image):
    pairs = [("navy", "yellow"), ("white", "red"), ("#ffe", "#123"), ("lightgreen", "black")]
    return ImageOps.colorize(sized(image, 28, 150), *pairs[random.integers(len(pairs))])


def two_grays(image):
    return image.resize((112, 112), Image.Resampling.BICUBIC).convert("1", dither=Image.Dither.NONE)


def palette(image):
    return sized(image, 28, 150).convert("P")


def uneven(image):
    pixels = np.asarray(sized(image, 80, 250)).astype(float) / 255
    side = len(pixels)
    light = np.outer(np.linspace(0.8, 1, side), np.linspace(0.5, 0.95, side))
    pixels = light * (1 - 0.75 * pixels) * 255 + random.normal(0, 3, pixels.shape)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


kinds = [enlarged, smaller, inverted, moved, noisy, transparent, colored, two_grays, palette, uneven]


def main():
    descent, model, images, labels, folder = sys.argv[1:]
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    files = {}
    images, labels = read_idx(images, 3), read_idx(labels, 1)
    for index in range(300):
        kind = kinds[index % len(kinds)]
        path = folder / f"{index}-{kind.__name__}.{'pgm' if kind is moved else 'png'}"
        kind(Image.fromarray(images[index])).save(path)
        files[str(path)] = (str(labels[index]), kind.__name__, "test digits")
    fixtures = pathlib.Path(__file__).resolve().parent.parent / "Tests/DatasetsTests/Pictures/digits"
    pictures = sorted(fixtures.glob("*.png"))
    if not pictures:
        sys.exit(f"{fixtures}: no pictures")
    for path in pictures:
        digit, font = path.stem.split("-", 1)
        files[str(path)] = (digit, font, "fonts")
    for size in (20, 50, 120):
        for digit in range(10):
            image = Image.new("RGB", (2 * size, 2 * size), "white")
            ImageDraw.Draw(image).text((size // 2, size // 3), str(digit), font=ImageFont.load_default(size), fill="darkgreen")
            path = folder / f"font-{digit}-{size}.png"
            image.save(path)
            files[str(path)] = (str(digit), "Pillow's own font", "fonts")

    run = subprocess.run([descent, "predict", model, *files], capture_output=True, text=True, timeout=300)
    if run.returncode != 0:
        sys.exit(f"predict ended with status {run.returncode}: {run.stderr}")
    rows = list(csv.DictReader(run.stdout.splitlines()))
    if [row["file"] for row in rows] != list(files):
        sys.exit(f"predict: {len(rows)} rows, expected one for each of {len(files)} files in their order")
    right, total, wrong = collections.Counter(), collections.Counter(), []
    for row in rows:
        label, *groups = files[row["file"]]
        probabilities = [float(row[f"probability_{digit}"]) for digit in range(10)]
        if abs(sum(probabilities) - 1) > 1e-4 or row["label"] != str(int(np.argmax(probabilities))):
            sys.exit(f"{row['file']}: label {row['label']} with probabilities {probabilities}")
        for group in groups:
            total[group] += 1
            right[group] += row["label"] == label
        if row["label"] != label:
            wrong.append(f"{row['file']} as {row['label']}")
    for group in total:
        print(f"{group}: {right[group]} of {total[group]} right")
    judged = ["test digits", "fonts", *(kind.__name__ for kind in kinds)]
    poor = [group for group in judged if right[group] < 0.9 * total[group]]
    if poor:
        sys.exit(f"fewer than nine of ten right of {', '.join(poor)}: {'; '.join(wrong)}")


main()
