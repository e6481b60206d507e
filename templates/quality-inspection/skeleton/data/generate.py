"""Makes parts.csv: images of parts that were never made, from three lines with a camera each.

The same seed makes the same file, with nothing but Python. A part is a square of grey with the grain of its material, brighter on
one side as the lamp stands there. Four of ten have a scratch: a straight line, brighter or darker than the part, of some length and
in some direction. Real lines make far fewer defects; here they are chosen so often that each week has enough of them to measure.
The lines differ in brightness, grain, and how clearly their cameras show a scratch.
"""

import csv
import math
import os
import random

SEED = 20260611
SIZE = 16
LEVELS = 16
# Brightness, grain, and by how much a scratch differs from the part, in levels of grey.
LINES = {"line-1": (7.0, 0.7, 3.3), "line-2": (8.5, 0.8, 3.6), "line-3": (6.0, 0.6, 3.0)}
TRAINING_WEEKS = 4
PARTS = {True: 150, False: 200}
DEFECTS = 0.4


def part(random, line, is_defect):
    brightness, grain, contrast = LINES[line]
    middle = brightness + random.gauss(0, 0.4)
    slope_x, slope_y = random.gauss(0, 0.04), random.gauss(0, 0.04)
    grey = [
        [middle + slope_x * (x - 7.5) + slope_y * (y - 7.5) + random.gauss(0, grain) for x in range(SIZE)]
        for y in range(SIZE)
    ]
    if is_defect:
        scratch(random, grey, contrast)
    return "".join(f"{min(LEVELS - 1, max(0, round(value))):x}" for row in grey for value in row)


def scratch(random, grey, contrast):
    length = random.uniform(5, 12)
    angle = random.uniform(0, math.pi)
    depth = random.choice([-1, 1]) * random.uniform(0.75, 1.25) * contrast
    middle_x, middle_y = random.uniform(4, SIZE - 5), random.uniform(4, SIZE - 5)
    touched = set()
    for step in range(int(4 * length) + 1):
        along = step / 4 - length / 2
        x, y = round(middle_x + along * math.cos(angle)), round(middle_y + along * math.sin(angle))
        if 0 <= x < SIZE and 0 <= y < SIZE:
            touched.add((x, y))
    for x, y in touched:
        grey[y][x] += depth


def main():
    generator = random.Random(SEED)
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "parts.csv")
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["id", "week", "line", "defect", "pixels"])
        number = 0
        for week in range(1, 7):
            for line in LINES:
                for _ in range(PARTS[week <= TRAINING_WEEKS]):
                    number += 1
                    is_defect = generator.random() < DEFECTS
                    writer.writerow([f"P{number:05d}", week, line, int(is_defect), part(generator, line, is_defect)])


if __name__ == "__main__":
    main()
