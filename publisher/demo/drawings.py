"""In this file the demonstration's photos are drawn by program: calm landscapes and houses."""

from __future__ import annotations

import io
import math
import random
from collections.abc import Callable

from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 1500, 1000
Color = tuple[int, int, int]


def draw(motif: str, seed: int = 1) -> bytes:
    """A picture of the motif as JPEG, the same bytes for the same seed."""
    image = Image.new("RGB", (WIDTH, HEIGHT))
    MOTIFS[motif](image, random.Random(seed))  # noqa: S311 - a picture needs no secrecy
    stream = io.BytesIO()
    image.filter(ImageFilter.SMOOTH).save(stream, "JPEG", quality=88, dpi=(300, 300))
    return stream.getvalue()


def _sky(image: Image.Image, top: Color, bottom: Color, until: int) -> None:
    pen = ImageDraw.Draw(image)
    for y in range(until):
        share = y / max(until - 1, 1)
        pen.line([(0, y), (WIDTH, y)], fill=_between(top, bottom, share))


def _between(one: Color, other: Color, share: float) -> Color:
    return (
        round(one[0] + (other[0] - one[0]) * share),
        round(one[1] + (other[1] - one[1]) * share),
        round(one[2] + (other[2] - one[2]) * share),
    )


def _hills(image: Image.Image, chance: random.Random, base: int, height: int, color: Color) -> None:
    pen = ImageDraw.Draw(image)
    waves = [(chance.uniform(1, 4), chance.uniform(0, 6.3), chance.uniform(0.3, 1)) for _n in "abc"]
    points = [
        (
            x,
            base
            - height
            * sum(w * (0.5 + 0.5 * math.sin(x / WIDTH * 6.3 * f + p)) for f, p, w in waves)
            / sum(w for _f, _p, w in waves),
        )
        for x in range(0, WIDTH + 10, 10)
    ]
    pen.polygon([*points, (WIDTH, HEIGHT), (0, HEIGHT)], fill=color)


def _terrace(image: Image.Image, chance: random.Random) -> None:
    _sky(image, (150, 190, 220), (240, 236, 214), 480)
    _hills(image, chance, 470, 190, (120, 150, 150))
    pen = ImageDraw.Draw(image)
    for step in range(11):
        y = 430 + step * 55
        share = step / 10
        color = _between((201, 178, 82), (86, 138, 74), share)
        points = [
            (x, y + 26 * math.sin(x / 210 + step * 0.8) + 14 * math.sin(x / 90 + step))
            for x in range(0, WIDTH + 10, 10)
        ]
        pen.polygon([*points, (WIDTH, HEIGHT), (0, HEIGHT)], fill=color)
        pen.line(points, fill=_between(color, (60, 70, 40), 0.45), width=4)


def _bridge(image: Image.Image, chance: random.Random) -> None:
    _sky(image, (92, 122, 160), (248, 208, 166), 640)
    _hills(image, chance, 620, 130, (110, 126, 146))
    pen = ImageDraw.Draw(image)
    for y in range(620, HEIGHT):
        pen.line(
            [(0, y), (WIDTH, y)], fill=_between((196, 180, 168), (70, 98, 120), (y - 620) / 380)
        )
    pen.rectangle([(0, 600), (WIDTH, 622)], fill=(70, 78, 90))
    for x in (430, 1070):
        pen.rectangle([(x - 12, 210), (x + 12, 760)], fill=(86, 94, 106))
        for step in range(1, 12):
            for side in (-1, 1):
                pen.line(
                    [(x, 215 + step * 8), (x + side * step * 28, 600)],
                    fill=(120, 128, 140),
                    width=2,
                )


def _reservoir(image: Image.Image, chance: random.Random) -> None:
    _sky(image, (160, 196, 220), (232, 238, 236), 420)
    _hills(image, chance, 430, 220, (104, 138, 118))
    _hills(image, chance, 470, 120, (78, 116, 92))
    pen = ImageDraw.Draw(image)
    for y in range(470, 700):
        pen.line(
            [(0, y), (WIDTH, y)], fill=_between((150, 190, 200), (60, 118, 140), (y - 470) / 230)
        )
    pen.polygon([(0, 690), (WIDTH, 650), (WIDTH, 700), (0, 742)], fill=(196, 196, 190))
    pen.polygon([(0, 742), (WIDTH, 700), (WIDTH, HEIGHT), (0, HEIGHT)], fill=(150, 152, 140))
    for step in range(1, 9):
        y = 742 + step * 32
        pen.line([(0, y), (WIDTH, y - 42)], fill=(132, 134, 124), width=3)


def _house(image: Image.Image, chance: random.Random, wall: Color, roof: Color) -> None:
    _sky(image, (150, 190, 224), (240, 242, 240), 700)
    _hills(image, chance, 640, 110, (140, 168, 150))
    pen = ImageDraw.Draw(image)
    pen.rectangle([(0, 800), (WIDTH, HEIGHT)], fill=(196, 192, 180))
    pen.rectangle([(210, 360), (1290, 820)], fill=wall)
    pen.rectangle([(180, 330), (1320, 372)], fill=roof)
    for row in range(3):
        for column in range(9):
            x, y = 262 + column * 112, 410 + row * 130
            pen.rectangle([(x, y), (x + 68, y + 78)], fill=(120, 158, 184))
            pen.line([(x + 34, y), (x + 34, y + 78)], fill=wall, width=4)
    pen.rectangle([(660, 690), (840, 820)], fill=(92, 110, 124))
    for x in range(60, WIDTH, 190):
        size = chance.randint(52, 84)
        pen.rectangle([(x + 26, 800), (x + 36, 870)], fill=(110, 88, 66))
        pen.ellipse(
            [(x + 31 - size, 800 - size), (x + 31 + size, 800 + size // 2)], fill=(98, 146, 96)
        )


def _hall(image: Image.Image, chance: random.Random) -> None:
    _house(image, chance, (232, 228, 218), (150, 70, 60))


def _school(image: Image.Image, chance: random.Random) -> None:
    _house(image, chance, (238, 222, 190), (60, 96, 130))


def _wetland(image: Image.Image, chance: random.Random) -> None:
    _sky(image, (214, 160, 130), (250, 224, 184), 460)
    _hills(image, chance, 450, 60, (140, 126, 126))
    pen = ImageDraw.Draw(image)
    for y in range(450, HEIGHT):
        pen.line(
            [(0, y), (WIDTH, y)], fill=_between((246, 206, 166), (96, 116, 124), (y - 450) / 550)
        )
    for _reed in range(420):
        x, y = chance.randint(0, WIDTH), chance.randint(760, HEIGHT)
        pen.line(
            [(x, y), (x + chance.randint(-14, 14), y - chance.randint(50, 150))],
            fill=(112, 104, 62),
            width=3,
        )
    for _bird in range(26):
        x, y = chance.randint(80, WIDTH - 80), chance.randint(90, 380)
        size = chance.randint(8, 20)
        pen.arc([(x - size * 2, y - size), (x, y + size)], 200, 340, fill=(70, 62, 66), width=3)
        pen.arc([(x, y - size), (x + size * 2, y + size)], 200, 340, fill=(70, 62, 66), width=3)


def _gauge(image: Image.Image, chance: random.Random) -> None:
    _sky(image, (120, 142, 164), (206, 216, 220), 640)
    _hills(image, chance, 650, 210, (92, 116, 108))
    pen = ImageDraw.Draw(image)
    pen.rectangle([(0, 800), (WIDTH, HEIGHT)], fill=(112, 128, 96))
    pen.rectangle([(730, 330), (758, 860)], fill=(170, 176, 180))
    pen.rectangle([(660, 250), (830, 332)], fill=(222, 226, 228))
    pen.polygon([(560, 430), (700, 380), (720, 470), (580, 520)], fill=(46, 70, 110))
    pen.ellipse([(800, 520), (900, 600)], fill=(216, 220, 222))
    for _drop in range(260):
        x, y = chance.randint(0, WIDTH), chance.randint(0, 780)
        pen.line([(x, y), (x - 5, y + 24)], fill=(180, 194, 204), width=2)


MOTIFS: dict[str, Callable[[Image.Image, random.Random], None]] = {
    "terrace": _terrace,
    "bridge": _bridge,
    "reservoir": _reservoir,
    "hall": _hall,
    "school": _school,
    "wetland": _wetland,
    "gauge": _gauge,
}
