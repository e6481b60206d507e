"""Trains the model on the training part of the data set."""

import argparse

from house_price.data import dataset_path, read_houses, split
from house_price.model import LinearModel


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default=dataset_path(), help="CSV file with id, size and price")
    parser.add_argument("--out", default="model/model.json", help="where to write the model")
    arguments = parser.parse_args()

    training, test = split(read_houses(arguments.data))
    print(f"Training on {len(training)} houses; {len(test)} are kept for the test")
    model = LinearModel.fit([house.size for house in training], [house.price for house in training])
    model.save(arguments.out)
    print(f"price = {model.intercept:.2f} + {model.slope:.4f} * size, written to {arguments.out}")


if __name__ == "__main__":
    main()
