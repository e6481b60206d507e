import unittest

from model_server import BadRequest
from sentiment.model import NaiveBayes
from sentiment.serve import ROUTES

MODEL = NaiveBayes.fit(["works well", "broke"], ["positive", "negative"])


def ask(path, body):
    return ROUTES[path](MODEL, body)


class ServingTest(unittest.TestCase):
    def test_predicts_one_text(self):
        answer = ask("/predict", {"text": "works well"})
        self.assertEqual(answer["prediction"], "positive")
        self.assertGreater(answer["probability"], 0.5)

    def test_predicts_several_texts(self):
        answer = ask("/predict", {"instances": [{"text": "works well"}, {"text": "broke"}]})
        self.assertEqual([each["prediction"] for each in answer["predictions"]], ["positive", "negative"])

    def test_completes_the_question_about_a_review_with_its_label(self):
        prompt = "Review: broke\nSentiment: negative\n\nReview: works well\nSentiment:"
        for sent, texts in [(prompt, [" positive"]), ([prompt, "Review: broke\nSentiment:"], [" positive", " negative"])]:
            answer = ask("/v1/completions", {"prompt": sent, "max_tokens": 3})
            self.assertEqual([choice["text"] for choice in answer["choices"]], texts)

    def test_says_what_is_wrong_with_a_request(self):
        for path, body, reason in [
            ("/predict", [120], "must be an object"),
            ("/predict", {}, "the body: text must be a string"),
            ("/predict", {"text": 3}, "the body: text must be a string"),
            ("/predict", {"instances": []}, "at least one"),
            ("/predict", {"instances": [{"text": ""}, 3]}, r"instances\[1\]: must be an object"),
            ("/v1/completions", [], "'prompt' must be"),
            ("/v1/completions", {"prompt": [3]}, "'prompt' must be"),
            ("/v1/completions", {"prompt": "Once upon a time"}, "must end with 'Sentiment:'"),
            ("/v1/completions", {"prompt": "Sentiment:", "echo": True}, "not offered"),
        ]:
            with self.subTest(path=path, body=body):
                with self.assertRaisesRegex(BadRequest, reason):
                    ask(path, body)


if __name__ == "__main__":
    unittest.main()
