import http.client
import json
import threading
import unittest

from model_server import BadRequest, Handler, Server


class QuietHandler(Handler):
    def log_message(self, *_):
        pass


def ask(server, method, path, body=None):
    """Status and answer of a request to a server that runs."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    try:
        connection.request(method, path, body)
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


def start(test, model, routes):
    """A server of the model that ends with the test."""
    server = Server(("127.0.0.1", 0), model, routes, QuietHandler)
    thread = threading.Thread(target=server.serve_forever, args=[0.02])
    thread.start()
    # Cleanups run from the last to the first.
    test.addCleanup(server.server_close)
    test.addCleanup(thread.join)
    test.addCleanup(server.shutdown)
    return server


def double(model, body):
    if not isinstance(body, (int, float)):
        raise BadRequest("the body must be a number")
    return {"prediction": model * body}


class ServerTest(unittest.TestCase):
    def setUp(self):
        self.server = start(self, 2, {"/predict": double})

    def test_says_that_it_is_healthy(self):
        self.assertEqual(ask(self.server, "GET", "/healthz"), (200, {"status": "ok"}))

    def test_answers_by_route(self):
        self.assertEqual(ask(self.server, "POST", "/predict", "21"), (200, {"prediction": 42}))

    def test_says_what_is_wrong_with_a_request(self):
        for body, reason in [
            ("", "not JSON"),
            ("size=120", "not JSON"),
            ("[" * 100000, "not JSON"),
            ("{}", "must be a number"),
        ]:
            with self.subTest(body=body[:50]):
                status, answer = ask(self.server, "POST", "/predict", body)
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
        for method, path, body in [("GET", "/", None), ("POST", "/", "{}")]:
            status, answer = ask(self.server, method, path, body)
            self.assertEqual(status, 404)
            self.assertIn("try POST /predict", answer["error"])


if __name__ == "__main__":
    unittest.main()
