"""Makes loans.csv: loans that never were, of people who never lived, with their outcome after a year.

The same seed makes the same file, with nothing but Python. What decides about a default is written below: debts, use of
credit lines, late payments, short employment and long terms raise its odds; income lowers them. Over the quarters incomes
and debts rise, more loans come from online brokers, and 2023 is a hard year. Women and men pay back alike, and so do the
ages, but their incomes and employments differ: a model can treat them unequally without ever seeing what they are.
"""

import csv
import math
import os
import random

SEED = 20260417
LOANS_PER_QUARTER = 600
QUARTERS = [f"{year}Q{quarter}" for year in range(2021, 2025) for quarter in range(1, 5)]
PURPOSES = {"car": 0.0, "home": -0.25, "education": 0.1, "other": 0.35}
COLUMNS = [
    "id",
    "quarter",
    "income",
    "debt_ratio",
    "utilisation",
    "late_payments",
    "employment_years",
    "amount",
    "term_months",
    "purpose",
    "channel",
    "sex",
    "age",
    "default",
]


def loan(random, time, number):
    quarter = QUARTERS[time]
    sex = random.choice("fm")
    age = min(75, 18 + int(random.expovariate(1 / 20)))
    income = random.lognormvariate(7.85 + 0.006 * time - (0.08 if sex == "f" else 0), 0.4)
    employment = min(max(0.0, random.gauss(0.25 * (age - 18), 3)), 40)
    debt_ratio = min(0.95, random.betavariate(2.2, 5) + 0.003 * time)
    utilisation = None if random.random() < 0.12 else random.betavariate(1.6, 2.6)
    late = min(6, int(random.expovariate(1.6)))
    term = random.choice([12, 24, 36, 48, 60, 72])
    amount = min(60000, random.lognormvariate(8.9, 0.6))
    purpose = random.choices(list(PURPOSES), weights=[4, 3, 1, 3])[0]
    channel = "broker" if random.random() < 0.1 + 0.015 * time else random.choice(["branch", "online"])
    odds = (
        -3.6
        + 4.5 * (debt_ratio - 0.3)
        + 2.6 * ((utilisation if utilisation is not None else 0.45) - 0.4)
        + 0.8 * late
        - 1.1 * math.log(income / 2500)
        - 0.07 * min(employment, 12)
        + 0.014 * (term - 36)
        + 0.3 * math.log(amount / 7000)
        + PURPOSES[purpose]
        + (0.3 if quarter.startswith("2023") else 0)
        + 0.85
    )
    return {
        "id": f"L{number:05d}",
        "quarter": quarter,
        "income": f"{income:.0f}",
        "debt_ratio": f"{debt_ratio:.3f}",
        "utilisation": "" if utilisation is None else f"{utilisation:.3f}",
        "late_payments": late,
        "employment_years": f"{employment:.1f}",
        "amount": f"{amount:.0f}",
        "term_months": term,
        "purpose": purpose,
        "channel": channel,
        "sex": sex,
        "age": age,
        "default": int(random.random() < 1 / (1 + math.exp(-odds))),
    }


def main():
    generator = random.Random(SEED)
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "loans.csv")
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        number = 0
        for time in range(len(QUARTERS)):
            for _ in range(LOANS_PER_QUARTER):
                number += 1
                writer.writerow(loan(generator, time, number))


if __name__ == "__main__":
    main()
