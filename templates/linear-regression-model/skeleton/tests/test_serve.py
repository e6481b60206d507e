import http.client
import json
import threading
import unittest

from house_price.model import LinearModel
from house_price.serve import Handler, Server


class QuietHandler(Handler):
    def log_message(self, *_):
        pass


class ServingTest(unittest.TestCase):
    def setUp(self):
        self.server = Server(("127.0.0.1", 0), LinearModel(50, 3), QuietHandler)
        thread = threading.Thread(target=self.server.serve_forever, args=[0.02])
        thread.start()
        # Cleanups run from the last to the first.
        self.addCleanup(self.server.server_close)
        self.addCleanup(thread.join)
        self.addCleanup(self.server.shutdown)

    def ask(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.server_port, timeout=10)
        self.addCleanup(connection.close)
        connection.request(method, path, body)
        response = connection.getresponse()
        return response.status, json.loads(response.read())

    def test_says_that_it_is_healthy(self):
        self.assertEqual(self.ask("GET", "/healthz"), (200, {"status": "ok"}))

    def test_predicts_one_house(self):
        self.assertEqual(self.ask("POST", "/predict", '{"size": 120}'), (200, {"prediction": 410}))

    def test_predicts_several_houses(self):
        status, body = self.ask("POST", "/predict", '{"instances": [{"size": 100}, {"size": 10.5}]}')
        self.assertEqual((status, body), (200, {"predictions": [350, 81.5]}))

    def test_says_what_is_wrong_with_a_request(self):
        for body, reason in [
            ("", "not JSON"),
            ("size=120", "not JSON"),
            ("[" * 100000, "not JSON"),
            ("[120]", "must be an object"),
            ("{}", "must have a 'size'"),
            ('{"size": "big"}', 'must be a number, but is "big"'),
            ('{"size": true}', "must be a number"),
            ('{"size": -1}', "above 0"),
            ('{"size": NaN}', "above 0"),
            ('{"size": 1' + "0" * 400 + "}", "above 0"),
            ('{"instances": []}', "at least one"),
            ('{"instances": [{"size": 1}, 3]}', "instances[1] must have a 'size'"),
        ]:
            with self.subTest(body=body[:50]):
                status, answer = self.ask("POST", "/predict", body)
                self.assertEqual(status, 400)
                self.assertIn(reason, answer["error"])

    def test_refuses_a_body_that_is_too_large(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.server_port, timeout=10)
        self.addCleanup(connection.close)
        connection.putrequest("POST", "/predict")
        connection.putheader("Content-Length", "99999999")
        connection.endheaders()
        self.assertEqual(connection.getresponse().status, 400)

    def test_knows_no_other_paths(self):
        self.assertEqual(self.ask("GET", "/")[0], 404)
        self.assertEqual(self.ask("POST", "/", "{}")[0], 404)


if __name__ == "__main__":
    unittest.main()
