"""What the model sees of an image: how much the strongest line in each direction stands out from what lies beside it.

A network that finds these by itself needs many more images. The same code runs in training and on the line.
"""

import numpy

# Steps along a line, and to what lies beside it on both sides.
DIRECTIONS = {
    "across": ((0, 1), (2, 0)),
    "down": ((1, 0), (0, 2)),
    "falling": ((1, 1), (2, -2)),
    "rising": ((1, -1), (2, 2)),
    "flat-falling": ((0.5, 1), (2, -1)),
    "flat-rising": ((-0.5, 1), (2, 1)),
    "steep-falling": ((1, 0.5), (-1, 2)),
    "steep-rising": ((1, -0.5), (1, 2)),
}
LENGTH = 5
# Pixels that a line with what lies beside it may reach to each side of its middle.
REACH = 4


def features(images):
    """One row for each image."""
    noise = grain(images)
    columns = []
    for along, beside in DIRECTIONS.values():
        response = numpy.abs(line_response(images, along, beside)).reshape(len(images), -1) / noise[:, None]
        # An even image has no response at all, and no logarithm of it.
        columns.append(numpy.log(response.max(axis=1) + 0.1))
    table = numpy.stack(columns, axis=1)
    ranked = numpy.sort(table, axis=1)[:, ::-1]
    return numpy.column_stack([table, ranked[:, :3], numpy.log(noise)]).astype(numpy.float32)


def grain(images):
    """How much neighbours differ, by their median, which a scratch hardly moves."""
    steps = numpy.abs(numpy.diff(images, axis=2)).reshape(len(images), -1)
    return numpy.sort(steps, axis=1)[:, : int(steps.shape[1] * 0.8)].mean(axis=1) + 0.01


def line_response(images, along, beside):
    """Around each pixel, the mean along a line less the mean of its two neighbours."""
    size = images.shape[1] + 2 * REACH
    padded = numpy.pad(images, ((0, 0), (REACH, REACH), (REACH, REACH)), mode="edge")

    def shifted(dy, dx):
        return padded[:, REACH + dy : size - REACH + dy, REACH + dx : size - REACH + dx]

    half = LENGTH // 2
    total = 0
    for step in range(-half, half + 1):
        dy, dx = round(along[0] * step), round(along[1] * step)
        neighbours = shifted(dy + beside[0], dx + beside[1]) + shifted(dy - beside[0], dx - beside[1])
        total = total + shifted(dy, dx) - neighbours / 2
    return total / LENGTH
