import http.server
import json
import math
import pathlib
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "src"))

from language_model.load_test import Client, arrivals, quantile, quantile_limit, run, summarize


class Answers(http.server.BaseHTTPRequestHandler):
    """In the place of the model: every third request is refused, and every fifth breaks off."""

    def log_message(self, *_):
        pass

    def do_POST(self):
        number = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["seed"]
        if number % 3 == 2:
            self.send_error(429)
            return
        self.send_response(200)
        self.end_headers()
        for text in ["a", "b"]:
            self.send({"choices": [{"delta": {"content": text}, "finish_reason": None}]})
        if number % 5 == 4:
            return
        self.send({"choices": [{"delta": {}, "finish_reason": "stop"}]})
        self.send({"choices": [], "usage": {"completion_tokens": 2}})
        self.wfile.write(b"data: [DONE]\n\n")

    def send(self, part):
        self.wfile.write(b"data: " + json.dumps(part).encode() + b"\n\n")


class LoadTest(unittest.TestCase):
    def test_measures_answers_and_counts_those_that_failed(self):
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            records, seconds = run(Client("127.0.0.1", server.server_port, "model", 8), [0.0] * 15)
        finally:
            server.shutdown()
            server.server_close()
        failed = [record["id"] for record in records if record["error"]]
        self.assertEqual(failed, [2, 4, 5, 8, 9, 11, 14])
        self.assertIn("HTTP 429", records[2]["error"])
        self.assertIn("cut off", records[4]["error"])
        metrics = {metric["name"]: metric for metric in summarize(records, seconds)}
        self.assertEqual(metrics["failed_requests"]["value"], 7)
        self.assertEqual(metrics["ttft_p50_ms"]["n"], 8)
        self.assertAlmostEqual(metrics["tokens_per_second"]["value"], 16 / seconds)
        for record in records:
            if not record["error"]:
                self.assertLessEqual(record["ttft_ms"], record["total_ms"])

    def test_requests_come_at_random_moments_at_the_given_rate(self):
        moments = arrivals(10_000, 20, seed=3)
        self.assertEqual(moments, sorted(moments))
        self.assertAlmostEqual(moments[-1] / 10_000, 1 / 20, delta=0.002)
        self.assertEqual(moments, arrivals(10_000, 20, seed=3))

    def test_a_limit_of_a_percentile_takes_59_or_299_requests(self):
        self.assertEqual(quantile_limit(range(58), 0.95), math.inf)
        self.assertEqual(quantile_limit(range(59), 0.95), 58)
        self.assertEqual(quantile_limit(range(298), 0.99), math.inf)
        self.assertEqual(quantile_limit(range(299), 0.99), 298)
        # The second largest is one from 473 on.
        self.assertEqual(quantile_limit(range(473), 0.99), 471)
        self.assertEqual(quantile(range(1, 101), 0.99), 99)

    def test_without_an_answer_nothing_is_said_to_be_fast(self):
        metrics = summarize([{"id": 0, "error": "refused"}], 1.0)
        self.assertEqual({metric["value"] for metric in metrics[:6]}, {math.inf})


if __name__ == "__main__":
    unittest.main()
