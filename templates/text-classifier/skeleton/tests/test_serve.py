import http.client
import json
import threading
import unittest

from sentiment.model import NaiveBayes
from sentiment.serve import Handler, Server


MODEL = NaiveBayes.fit(["works well", "broke"], ["positive", "negative"])


class QuietHandler(Handler):
    def log_message(self, *_):
        pass


class ServingTest(unittest.TestCase):
    def setUp(self):
        self.server = Server(("127.0.0.1", 0), MODEL, QuietHandler)
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

    def test_predicts_one_text(self):
        status, body = self.ask("POST", "/predict", '{"text": "works well"}')
        self.assertEqual((status, body["prediction"]), (200, "positive"))
        self.assertGreater(body["probability"], 0.5)

    def test_predicts_several_texts(self):
        status, body = self.ask("POST", "/predict", '{"instances": [{"text": "works well"}, {"text": "broke"}]}')
        self.assertEqual(status, 200)
        self.assertEqual([each["prediction"] for each in body["predictions"]], ["positive", "negative"])

    def test_completes_the_question_about_a_review_with_its_label(self):
        prompt = "Review: broke\nSentiment: negative\n\nReview: works well\nSentiment:"
        for sent, texts in [(prompt, [" positive"]), ([prompt, "Review: broke\nSentiment:"], [" positive", " negative"])]:
            status, body = self.ask("POST", "/v1/completions", json.dumps({"prompt": sent, "max_tokens": 3}))
            self.assertEqual(status, 200)
            self.assertEqual([choice["text"] for choice in body["choices"]], texts)

    def test_says_what_is_wrong_with_a_request(self):
        for path, body, reason in [
            ("/predict", "", "not JSON"),
            ("/predict", "[" * 100000, "not JSON"),
            ("/predict", "[120]", "must be an object"),
            ("/predict", "{}", "must have a 'text'"),
            ("/predict", '{"text": 3}', "must be a text, but is 3"),
            ("/predict", '{"instances": []}', "at least one"),
            ("/predict", '{"instances": [{"text": ""}, 3]}', "instances[1] must have a 'text'"),
            ("/v1/completions", "[]", "'prompt' must be"),
            ("/v1/completions", '{"prompt": [3]}', "'prompt' must be"),
            ("/v1/completions", '{"prompt": "Once upon a time"}', "must end with 'Sentiment:'"),
            ("/v1/completions", '{"prompt": "Sentiment:", "echo": true}', "not offered"),
        ]:
            with self.subTest(body=body[:50]):
                status, answer = self.ask("POST", path, body)
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
