#!/usr/bin/env python3
"""Writes the pictures beside this script: `make-pictures.py`, with Pillow 13.0.0, pypng 0.20220715.0 and NumPy; the digits need fonts.

formats/    PNG of every color type and depth, PGM of every kind, and expected.json: gray and opacity of every pixel on the scale
            0...65535, computed from the numbers that were written, never from the files.
digits/     the digits 0...9 in six fonts, each font another kind of picture: `DIGIT-FONT.png`.
"""

import json
import pathlib

import numpy as np
import png
from PIL import Image, ImageDraw, ImageFont, ImageOps

folder = pathlib.Path(__file__).resolve().parent
formats = folder / "formats"
digits = folder / "digits"
width, height = 13, 6
random = np.random.default_rng(5)
expected = {}


def luminance(color):
    red, green, blue = (color[..., channel].astype(np.int64) for channel in range(3))
    return (299 * red + 587 * green + 114 * blue + 500) // 1000


def note(name, gray, opacity=None):
    """Both on the scale 0...65535."""
    expected[name] = {
        "width": width,
        "height": height,
        "gray": np.asarray(gray).ravel().tolist(),
        "opacity": None if opacity is None else np.asarray(opacity).ravel().tolist(),
    }


def samples(depth, channels):
    return random.integers(0, 1 << depth, (height, width, channels))


def with_pypng(name, pixels, depth, **options):
    channels = pixels.shape[2]
    writer = png.Writer(
        width, height, bitdepth=depth, greyscale=channels < 3 and "palette" not in options, alpha=channels in (2, 4), **options)
    with open(formats / name, "wb") as file:
        writer.write(file, pixels.reshape(height, -1).tolist())


def gray():
    for depth in (1, 2, 4, 8, 16):
        pixels = samples(depth, 1)
        wide = pixels[..., 0] * (65535 // ((1 << depth) - 1))
        with_pypng(f"gray-{depth}.png", pixels, depth)
        note(f"gray-{depth}.png", wide)
        key = int(pixels[2, 3, 0])
        with_pypng(f"gray-{depth}-key.png", pixels, depth, transparent=key)
        note(f"gray-{depth}-key.png", wide, np.where(pixels[..., 0] == key, 0, 65535))
        if depth in (1, 8):
            with_pypng(f"gray-{depth}-interlaced.png", pixels, depth, interlace=True)
    for mode, depth in (("1", 1), ("L", 8), ("I;16", 16)):
        pixels = samples(depth, 1)[..., 0]
        dtype = {1: bool, 8: np.uint8, 16: np.uint16}[depth]
        Image.fromarray(pixels.astype(dtype)).save(formats / f"pillow-gray-{depth}.png")
        note(f"pillow-gray-{depth}.png", pixels * (65535 // ((1 << depth) - 1)))


def colors():
    for depth in (8, 16):
        factor = 65535 // ((1 << depth) - 1)
        for name, channels in (("gray-opacity", 2), ("color", 3), ("color-opacity", 4)):
            pixels = samples(depth, channels)
            wide = pixels * factor
            shade = wide[..., 0] if channels == 2 else luminance(wide)
            with_pypng(f"{name}-{depth}.png", pixels, depth)
            note(f"{name}-{depth}.png", shade, wide[..., -1] if channels in (2, 4) else None)
            if channels == 3:
                key = tuple(int(value) for value in pixels[1, 4])
                with_pypng(f"{name}-{depth}-key.png", pixels, depth, transparent=key)
                note(f"{name}-{depth}-key.png", shade, np.where((pixels == key).all(axis=2), 0, 65535))
    for mode, channels in (("LA", 2), ("RGB", 3), ("RGBA", 4)):
        # A slope with a little noise: filters other than the first pay off.
        slope = np.add.outer(np.arange(height) * 20, np.arange(width) * 11)[..., None] + random.integers(0, 9, channels)
        pixels = slope.astype(np.uint8)
        Image.fromarray(pixels, mode).save(formats / f"pillow-{mode}.png")
        wide = pixels.astype(np.int64) * 257
        note(f"pillow-{mode}.png", wide[..., 0] if channels == 2 else luminance(wide), wide[..., -1] if channels != 3 else None)


def palettes():
    for depth in (1, 2, 4, 8):
        entries = 1 << depth
        palette = random.integers(0, 256, (entries, 3))
        pixels = samples(depth, 1)[..., 0]
        image = Image.fromarray(pixels.astype(np.uint8), "P")
        image.putpalette(palette.astype(np.uint8).tobytes())
        shade = luminance(palette * 257)
        image.save(formats / f"pillow-palette-{depth}.png", bits=depth)
        note(f"pillow-palette-{depth}.png", shade[pixels])
        # Fewer entries than the palette has: the others are opaque.
        opacity = random.integers(0, 256, max(1, entries // 2))
        image.save(formats / f"pillow-palette-{depth}-key.png", bits=depth, transparency=bytes(opacity.astype(np.uint8)))
        full = np.concatenate([opacity, np.full(entries - len(opacity), 255)]) * 257
        note(f"pillow-palette-{depth}-key.png", shade[pixels], full[pixels])


def graymaps():
    for white in (1, 15, 255, 1000, 65535):
        pixels = random.integers(0, white + 1, (height, width))
        note(f"plain-{white}.pgm", (pixels * 65535 + white // 2) // white)
        rows = "\n".join(" ".join(map(str, row)) for row in pixels)
        (formats / f"plain-{white}.pgm").write_text(f"P2\n# a comment with 12 numbers\n{width} # wide\n{height}\n{white}\n{rows}\n")
        note(f"packed-{white}.pgm", (pixels * 65535 + white // 2) // white)
        header = f"P5 {width}\t{height}#high\n{white}\n".encode()
        (formats / f"packed-{white}.pgm").write_bytes(header + pixels.astype(">u2" if white > 255 else np.uint8).tobytes())
    pixels = samples(8, 1)[..., 0]
    Image.fromarray(pixels.astype(np.uint8)).save(formats / "pillow.pgm")
    note("pillow.pgm", pixels * 257)


def draw(digit, font, size):
    """Black on white, not in the middle."""
    image = Image.new("L", (size * 3 // 2, size * 3 // 2), 255)
    ImageDraw.Draw(image).text((size // 2, size // 7), str(digit), font=ImageFont.truetype(font, size), fill=0)
    return image


def ink_alone(image):
    picture = Image.new("RGBA", image.size, (240, 248, 255, 0))
    picture.putalpha(ImageOps.invert(image))
    return picture


def sixteen_bits(image):
    return Image.fromarray((np.asarray(image).astype(np.uint16) * 200 + 3000).astype(np.uint16))


fonts = {
    "LiberationSans-Regular": (24, lambda image: image),
    "LiberationSerif-Bold": (40, ImageOps.invert),
    "LiberationMono-Italic": (33, lambda image: ImageOps.colorize(image, "navy", "khaki")),
    "DejaVuSans": (60, ink_alone),
    "DejaVuSerif": (30, sixteen_bits),
    "DejaVuSansMono-Oblique": (48, lambda image: image.convert("1", dither=Image.Dither.NONE)),
}


def font_digits():
    for path in pathlib.Path("/usr/share/fonts/truetype").rglob("*.ttf"):
        if path.stem in fonts:
            size, form = fonts[path.stem]
            for digit in range(10):
                form(draw(digit, str(path), size)).save(digits / f"{digit}-{path.stem}.png", optimize=True)


for folder in (formats, digits):
    folder.mkdir(exist_ok=True)
gray()
colors()
palettes()
graymaps()
font_digits()
(formats / "expected.json").write_text(json.dumps(expected, separators=(",", ":")).replace("},", "},\n") + "\n")
