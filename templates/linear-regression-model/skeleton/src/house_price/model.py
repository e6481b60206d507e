"""The model: price = intercept + slope * size."""

import json
import math

from modelkit.reports import write_json


class LinearModel:
    def __init__(self, intercept, slope):
        self.intercept = intercept
        self.slope = slope

    @classmethod
    def fit(cls, sizes, prices):
        """Finds the line with the least squared distance to the prices."""
        if len(sizes) != len(prices):
            raise ValueError(f"there are {len(sizes)} sizes, but {len(prices)} prices")
        if len(sizes) < 2:
            raise ValueError("a line needs at least two houses")
        mean_size = sum(sizes) / len(sizes)
        mean_price = sum(prices) / len(prices)
        spread = sum((size - mean_size) ** 2 for size in sizes)
        if spread == 0:
            raise ValueError("a line needs houses of at least two sizes")
        together = sum((size - mean_size) * (price - mean_price) for size, price in zip(sizes, prices))
        slope = together / spread
        return cls(mean_price - slope * mean_size, slope)

    def predict(self, size):
        return self.intercept + self.slope * size

    def save(self, path):
        write_json(path, {"intercept": self.intercept, "slope": self.slope})

    @classmethod
    def load(cls, path):
        with open(path, encoding="utf-8") as file:
            values = json.load(file)
        model = cls(float(values["intercept"]), float(values["slope"]))
        if not (math.isfinite(model.intercept) and math.isfinite(model.slope)):
            raise ValueError(f"{path}: the numbers of a model must be finite")
        return model
