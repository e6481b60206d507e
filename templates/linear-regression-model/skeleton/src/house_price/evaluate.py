"""Measures the model on the test part of the data set and writes the reports that the portal reads."""

import argparse

from house_price.data import dataset_path, read_houses, split
from house_price.metrics import mae, r2, rmse
from house_price.model import LinearModel
from modelkit.reports import print_metrics, write_evaluation


def evaluate(model, houses):
    """Metrics of the model on houses, as a list that the portal understands, and its predictions."""
    targets = [house.price for house in houses]
    predictions = [model.predict(house.size) for house in houses]
    common = {"dataset": "houses", "n": len(houses)}
    metrics = [
        {"name": "rmse", "value": rmse(targets, predictions), "unit": "k€", "higherIsBetter": False, **common},
        {"name": "mae", "value": mae(targets, predictions), "unit": "k€", "higherIsBetter": False, **common},
        {"name": "r2", "value": r2(targets, predictions), "higherIsBetter": True, **common},
    ]
    rows = [
        {"id": house.id, "prediction": prediction, "target": house.price}
        for house, prediction in zip(houses, predictions)
    ]
    return metrics, rows


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", default=dataset_path(), help="CSV file with id, size and price")
    parser.add_argument("--model", default="model/model.json", help="the trained model")
    parser.add_argument("--out", default="reports", help="folder for metrics.json and predictions.jsonl")
    arguments = parser.parse_args()

    _, test = split(read_houses(arguments.data))
    metrics, predictions = evaluate(LinearModel.load(arguments.model), test)
    write_evaluation(arguments.out, metrics, predictions)
    print_metrics(metrics)


if __name__ == "__main__":
    main()
