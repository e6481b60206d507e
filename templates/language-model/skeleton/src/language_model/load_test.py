"""Asks the served model as many people at once would, and measures how long it takes.

Requests come at random moments at a given rate, whether or not earlier ones have been answered: a slow server gets a queue, as it
would in use. Writes requests.jsonl, one line for each request, and metrics.json:

ttft_*    milliseconds from the moment at which a request was due to its first token
tpot_*    milliseconds from one token to the next, after the first
*_limit   what 95 % or 99 % lie below with 95 % confidence, whatever their distribution is. Of fewer than 59 or 299 there is no such
          limit; it is withheld, and a gate on it fails. It takes the requests for independent, which those in one queue are not
          quite: a rate far below what the server can do keeps that small.
"""

import argparse
import http.client
import json
import math
import os
import random
import socket
import subprocess
import sys
import threading
import time

CONFIDENCE = 0.95
# That begin before anything is counted: a server that starts answers slowly.
WARM_UP = 3
START_SECONDS = 600
TIMEOUT_SECONDS = 120
QUESTIONS = [
    "How much is a day with a city bike?",
    "When do you open on Sunday?",
    "Can I bring the bike back tomorrow?",
    "The chain is broken. What now?",
    "Do you have helmets for children?",
]


def quantile(values, share):
    ranked = sorted(values)
    return ranked[max(0, math.ceil(len(ranked) * share) - 1)] if ranked else math.inf


def quantile_limit(values, share, confidence=CONFIDENCE):
    """What the quantile lies below with this confidence: the k-th smallest value, k the first for which the chance that fewer than
    k of n values lie below the quantile (a binomial) is at least the confidence; infinity where no k is."""
    ranked = sorted(values)
    n, chance = len(ranked), 0.0
    for below in range(n):
        chance += math.exp(
            math.lgamma(n + 1)
            - math.lgamma(below + 1)
            - math.lgamma(n - below + 1)
            + below * math.log(share)
            + (n - below) * math.log1p(-share)
        )
        if chance >= confidence:
            return ranked[below]
    return math.inf


def arrivals(count, rate, seed):
    """Seconds at which requests begin: a Poisson process."""
    chance, moment, moments = random.Random(seed), 0.0, []
    for _ in range(count):
        moment += chance.expovariate(rate)
        moments.append(moment)
    return moments


class Client:
    def __init__(self, host, port, model, max_tokens):
        self.host, self.port, self.model, self.max_tokens = host, port, model, max_tokens

    def connect(self):
        return http.client.HTTPConnection(self.host, self.port, timeout=TIMEOUT_SECONDS)

    def ask(self, number, due):
        """One request and what came of it. Times count from the moment at which it was due, so that nothing is left out that makes
        users wait, this machine's own delay included."""
        record = {"id": number, "question": QUESTIONS[number % len(QUESTIONS)], "error": None}
        connection = self.connect()
        try:
            moments, tokens = self.stream(connection, record["question"], number)
            if not moments:
                raise ValueError("the answer has no token")
            record.update(ttft_ms=(moments[0] - due) * 1000, total_ms=(moments[-1] - due) * 1000, tokens=tokens)
            if tokens > 1:
                record["tpot_ms"] = (moments[-1] - moments[0]) * 1000 / (tokens - 1)
        except (OSError, ValueError, http.client.HTTPException) as error:
            record["error"] = f"{type(error).__name__}: {error}"[:500]
        finally:
            connection.close()
        return record

    def stream(self, connection, question, seed):
        """The moments at which pieces of text came, and the number of tokens as the server counts them."""
        body = {
            "model": self.model,
            "messages": [{"role": "user", "content": question}],
            "max_tokens": self.max_tokens,
            "seed": seed,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
        connection.request("POST", "/v1/chat/completions", json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        if answer.status != 200:
            raise ValueError(f"HTTP {answer.status}: {answer.read(300).decode('utf-8', 'replace')}")
        return read_stream(answer)


def read_stream(lines):
    moments, tokens, whole = [], 0, False
    for line in lines:
        line = line.strip()
        if not line.startswith(b"data:"):
            continue
        data = line[5:].strip()
        if data == b"[DONE]":
            whole = True
            break
        part = json.loads(data)
        if "error" in part:
            raise ValueError(str(part["error"]))
        tokens = (part.get("usage") or {}).get("completion_tokens", tokens)
        if any(choice["delta"].get("content") or choice["finish_reason"] for choice in part["choices"]):
            moments.append(time.perf_counter())
    if not whole:
        raise ValueError("the answer was cut off")
    return moments, tokens


def run(client, moments):
    """Sends each request at its moment, in a thread of its own, and gives the records in the order of the requests."""
    records = [None] * len(moments)
    begin = time.perf_counter()

    def ask(number, due):
        records[number] = client.ask(number, due)

    threads = []
    for number, moment in enumerate(moments):
        due = begin + moment
        time.sleep(max(0, due - time.perf_counter()))
        threads.append(threading.Thread(target=ask, args=(number, due)))
        threads[-1].start()
    for thread in threads:
        thread.join()
    return records, time.perf_counter() - begin


def summarize(records, seconds):
    good = [record for record in records if record["error"] is None]
    metrics = []
    for name in ["ttft", "tpot"]:
        values = [record[f"{name}_ms"] for record in good if f"{name}_ms" in record]
        for suffix, value in [
            ("p50", quantile(values, 0.5)),
            ("p95_limit", quantile_limit(values, 0.95)),
            ("p99_limit", quantile_limit(values, 0.99)),
        ]:
            metrics.append({"name": f"{name}_{suffix}_ms", "value": value, "unit": "ms", "n": len(values), "higherIsBetter": False})
    tokens = sum(record["tokens"] for record in good)
    metrics.append({"name": "tokens_per_second", "value": tokens / seconds, "n": len(good), "higherIsBetter": True})
    metrics.append({"name": "failed_requests", "value": len(records) - len(good), "n": len(records), "higherIsBetter": False})
    return metrics


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_server(model, port):
    command = [sys.executable, "-m", "language_model.serve", "--model", model, "--name", "model", "--host", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(command, stdout=sys.stderr)
    deadline = time.monotonic() + START_SECONDS
    while not is_ready(port):
        if server.poll() is not None:
            raise SystemExit(f"the server ended with {server.returncode} before it was ready")
        if time.monotonic() > deadline:
            server.kill()
            raise SystemExit(f"the server was not ready within {START_SECONDS} s")
        time.sleep(0.2)
    return server


def is_ready(port):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/health")
        answer = connection.getresponse()
        answer.read()
        return answer.status == 200
    except OSError:
        return False
    finally:
        connection.close()


def write(folder, records, metrics):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, "requests.jsonl"), "w", encoding="utf-8") as file:
        for record in records:
            file.write(json.dumps(record) + "\n")
    with open(os.path.join(folder, "metrics.json"), "w", encoding="utf-8") as file:
        json.dump(metrics, file, indent=1)


def report(records, metrics):
    for metric in metrics:
        value = f"{metric['value']:.3f}" if math.isfinite(metric["value"]) else f"withheld: {metric['n']} requests are too few"
        print(f"{metric['name']:<18} {value}")
    for error in sorted({record["error"] for record in records if record["error"]}):
        print(error)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="model", help="folder of the model")
    parser.add_argument("--out", default="load")
    parser.add_argument("--requests", type=int, default=60)
    parser.add_argument("--rate", type=float, default=2.0, help="requests per second")
    parser.add_argument("--max-tokens", type=int, default=8)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()

    port = free_port()
    server = start_server(arguments.model, port)
    try:
        client = Client("127.0.0.1", port, "model", arguments.max_tokens)
        run(client, [0.0] * WARM_UP)
        records, seconds = run(client, arrivals(arguments.requests, arguments.rate, arguments.seed))
    finally:
        server.terminate()
        server.wait(30)
    metrics = summarize(records, seconds)
    write(arguments.out, records, metrics)
    report(records, metrics)


if __name__ == "__main__":
    main()
