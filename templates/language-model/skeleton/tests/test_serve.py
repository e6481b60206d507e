"""The server over real HTTP, with a small model that has learned nothing."""

import contextlib
import http.client
import io
import json
import pathlib
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "src"))

import torch

from language_model.model import build_tiny
from language_model.serve import Handler, Server, vllm_command
from language_model.serve_engine import Engine

CHATS = [{"messages": [{"role": "user", "content": "How much is a day? Ü 🚲"}, {"role": "assistant", "content": "Ten euros."}]}]
CONTEXT = 128
CHAT = {"model": "tiny", "messages": [{"role": "user", "content": "How much?"}], "max_tokens": 12, "temperature": 0}
TEXT = {"model": "tiny", "prompt": "How much", "max_tokens": 12, "temperature": 0}


def setUpModule():
    global SERVER
    torch.manual_seed(1)
    model, tokenizer = build_tiny(CHATS, CONTEXT)
    # So that it ends by itself when nobody wants it to.
    model.generation_config.eos_token_id = -1
    Handler.log_request = lambda *_: None
    SERVER = Server(("127.0.0.1", 0), "tiny")
    SERVER.engine = Engine(model.eval(), tokenizer, waiting=1)
    threading.Thread(target=SERVER.serve_forever, daemon=True).start()


def tearDownModule():
    SERVER.shutdown()
    SERVER.server_close()


def open_connection():
    return http.client.HTTPConnection("127.0.0.1", SERVER.server_port, timeout=60)


def ask(path, body, method="POST"):
    connection = open_connection()
    connection.request(method, path, body if isinstance(body, (str, bytes)) else json.dumps(body))
    answer = connection.getresponse()
    data = answer.read()
    connection.close()
    return answer, data


def ask_json(path, body):
    answer, data = ask(path, body)
    return answer.status, json.loads(data)


def events(path, body):
    answer, data = ask(path, {**body, "stream": True})
    assert answer.status == 200, data
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    lines = [line for line in data.decode("utf-8").split("\n\n") if line]
    assert lines[-1] == "data: [DONE]"
    return [json.loads(line.removeprefix("data: ")) for line in lines[:-1]]


class ChatTest(unittest.TestCase):
    def test_a_stream_says_the_same_as_a_whole_answer(self):
        status, whole = ask_json("/v1/chat/completions", CHAT)
        self.assertEqual(status, 200)
        [choice] = whole["choices"]
        self.assertEqual(choice["message"]["role"], "assistant")
        self.assertEqual(choice["finish_reason"], "length")
        self.assertEqual(whole["usage"]["completion_tokens"], 12)

        parts = events("/v1/chat/completions", {**CHAT, "stream_options": {"include_usage": True}})
        self.assertEqual(parts[0]["choices"][0]["delta"], {"role": "assistant", "content": ""})
        text = "".join(part["choices"][0]["delta"].get("content", "") for part in parts if part["choices"])
        self.assertEqual(text, choice["message"]["content"])
        self.assertEqual(parts[-2]["choices"][0]["finish_reason"], "length")
        self.assertEqual(parts[-1]["usage"], whole["usage"])
        self.assertEqual({part["id"] for part in parts}, {parts[0]["id"]})

    def test_a_stop_ends_it_wherever_tokens_are_cut(self):
        _, whole = ask_json("/v1/chat/completions", CHAT)
        text = whole["choices"][0]["message"]["content"]
        # Every piece of the text, whatever tokens it is made of.
        for start in range(1, len(text) - 3, 4):
            stop = text[start : start + 3]
            _, answer = ask_json("/v1/chat/completions", {**CHAT, "stop": [stop, "never"]})
            [choice] = answer["choices"]
            self.assertEqual(choice["message"]["content"], text[: text.index(stop)])
            self.assertEqual(choice["finish_reason"], "stop")

    def test_the_end_of_the_model_is_no_part_of_the_answer(self):
        engine = SERVER.engine
        prompt = engine.encode_chat(CHAT["messages"])
        _, whole = ask_json("/v1/completions", {**TEXT, "prompt": prompt, "logprobs": 0})
        names = whole["choices"][0]["logprobs"]["tokens"]
        third = next(each for each in range(engine.model.config.vocab_size) if engine.name_of(each) == names[3])
        engine.ends = {third}
        try:
            _, answer = ask_json("/v1/chat/completions", CHAT)
        finally:
            engine.ends = {-1}
        self.assertEqual(answer["choices"][0]["finish_reason"], "stop")
        self.assertEqual(answer["usage"]["completion_tokens"], names.index(names[3]))

    def test_a_seed_repeats_an_answer_and_another_one_does_not(self):
        def say(**more):
            return ask_json("/v1/chat/completions", {**CHAT, "temperature": 1.5, **more})[1]["choices"][0]["message"]

        self.assertEqual(say(seed=1), say(seed=1))
        self.assertNotEqual(say(seed=1), say(seed=2))
        # Of the likeliest tokens alone, chance has no choice.
        self.assertEqual(say(seed=1, top_p=0), say(seed=2, temperature=0))

    def test_the_probabilities_of_tokens_come_with_the_likeliest_ones(self):
        _, answer = ask_json("/v1/chat/completions", {**CHAT, "logprobs": True, "top_logprobs": 2})
        tokens = answer["choices"][0]["logprobs"]["content"]
        self.assertEqual(len(tokens), 12)
        for token in tokens:
            self.assertEqual(len(token["top_logprobs"]), 2)
            self.assertEqual(token["logprob"], token["top_logprobs"][0]["logprob"])


class CompletionTest(unittest.TestCase):
    def test_echo_tells_how_likely_a_text_is_as_lm_evaluation_harness_reads_it(self):
        engine = SERVER.engine
        prompts = [engine.encode("How much is a day"), engine.encode("Ten euros.")]
        status, answer = ask_json(
            "/v1/completions",
            {"model": "tiny", "prompt": prompts, "temperature": 0, "max_tokens": 1, "logprobs": 1, "seed": 1, "echo": True},
        )
        self.assertEqual(status, 200)
        for prompt, choice in zip(prompts, answer["choices"]):
            measured = choice["logprobs"]["token_logprobs"]
            self.assertEqual(len(measured), len(prompt) + 1)
            self.assertIsNone(measured[0])
            with torch.inference_mode():
                rows = torch.log_softmax(engine.model(torch.tensor([prompt])).logits[0].float(), dim=-1)
            expected = [float(row[token]) for row, token in zip(rows, prompt[1:])]
            for ours, theirs in zip(measured[1:-1], expected):
                self.assertAlmostEqual(ours, theirs, places=4)
            for logprob, top in zip(measured[1:], choice["logprobs"]["top_logprobs"][1:]):
                self.assertLessEqual(logprob, max(top.values()))
        self.assertTrue(answer["choices"][0]["text"].startswith("How much is a day"))

    def test_texts_and_their_tokens_are_answered_alike(self):
        _, text = ask_json("/v1/completions", TEXT)
        _, tokens = ask_json("/v1/completions", {**TEXT, "prompt": SERVER.engine.encode("How much")})
        self.assertEqual(text["choices"], tokens["choices"])
        parts = events("/v1/completions", TEXT)
        self.assertEqual("".join(part["choices"][0]["text"] for part in parts), text["choices"][0]["text"])


class RefusalTest(unittest.TestCase):
    def test_says_what_is_wrong_as_the_api_does(self):
        for path, body, status, code, param in [
            ("chat/completions", {**CHAT, "model": "other"}, 404, "model_not_found", "model"),
            ("chat/completions", {**CHAT, "messages": []}, 400, None, "messages"),
            ("chat/completions", {**CHAT, "messages": [{"role": "root", "content": "x"}]}, 400, None, "messages[0]"),
            ("chat/completions", {**CHAT, "temperature": 3}, 400, None, "temperature"),
            ("chat/completions", {**CHAT, "n": 2}, 400, None, "n"),
            ("chat/completions", {**CHAT, "tools": [{}]}, 400, None, "tools"),
            ("chat/completions", {**CHAT, "stop": [1]}, 400, None, "stop"),
            ("chat/completions", {**CHAT, "max_tokens": 999}, 400, "context_length_exceeded", "messages"),
            ("completions", {**TEXT, "prompt": "much " * CONTEXT}, 400, "context_length_exceeded", "prompt"),
            ("completions", {**TEXT, "prompt": [10**6]}, 400, None, "prompt"),
            ("completions", {**TEXT, "prompt": ["a"] * 65}, 400, None, "prompt"),
            ("completions", "[1, 2", 400, None, None),
            ("completions", "[" * 100_000, 400, None, None),
            ("completions", "x" * (1024 * 1024 + 1), 413, None, None),
            ("embeddings", {}, 404, None, None),
        ]:
            with self.subTest(path=path, body=str(body)[:80]):
                answer, error = ask_json(f"/v1/{path}", body)
                self.assertEqual(answer, status)
                self.assertEqual((error["error"]["code"], error["error"]["param"]), (code, param))
                self.assertTrue(error["error"]["message"])

    def test_is_ready_once_there_is_a_model(self):
        engine, SERVER.engine = SERVER.engine, None
        try:
            self.assertEqual(ask("/health", "", "GET")[0].status, 503)
            self.assertEqual(ask_json("/v1/chat/completions", CHAT)[0], 503)
        finally:
            SERVER.engine = engine
        self.assertEqual(ask("/health", "", "GET")[0].status, 200)
        self.assertEqual(json.loads(ask("/v1/models", "", "GET")[1])["data"][0]["id"], "tiny")

    def test_refuses_more_than_may_wait_and_stops_for_clients_that_go_away(self):
        engine = SERVER.engine
        begun, go_on = threading.Semaphore(0), threading.Event()
        tokens = engine.tokens

        def slow(prompt, sampling):
            for token in tokens(prompt, sampling):
                begun.release()
                go_on.wait(30)
                yield token

        engine.tokens = slow
        try:
            gone, waiting = open_connection(), open_connection()
            gone.request("POST", "/v1/chat/completions", json.dumps(CHAT))
            self.assertTrue(begun.acquire(timeout=30))
            waiting.request("POST", "/v1/chat/completions", json.dumps(CHAT))
            until(lambda: len(engine.turns.line) == 2)
            status, error = ask_json("/v1/chat/completions", CHAT)
            self.assertEqual((status, error["error"]["code"]), (429, "queue_full"))
            # Neither the one that is answered nor the one that waits is worked for any more.
            waiting.close()
            until(lambda: len(engine.turns.line) == 1)
            gone.close()
            go_on.set()
            until(lambda: not engine.turns.line)
        finally:
            go_on.set()
            engine.tokens = tokens
        self.assertEqual(ask_json("/v1/chat/completions", CHAT)[0], 200)

    def test_a_failure_while_it_streams_is_reported_and_ends_nothing_else(self):
        engine = SERVER.engine
        tokens = engine.tokens

        def broken(prompt, sampling):
            yield next(tokens(prompt, sampling))
            raise RuntimeError("broken on purpose")

        engine.tokens = broken
        try:
            # The log of the server has the reason.
            with contextlib.redirect_stderr(io.StringIO()):
                _, data = ask("/v1/chat/completions", {**CHAT, "stream": True})
        finally:
            engine.tokens = tokens
        self.assertIn(b'"error"', data.strip().split(b"\n\n")[-1])
        self.assertNotIn(b"[DONE]", data)
        self.assertEqual(ask_json("/v1/chat/completions", CHAT)[0], 200)


class VllmTest(unittest.TestCase):
    def test_is_given_the_same_folder_and_name(self):
        class Arguments:
            model, name, host, port = "model", "tiny", "0.0.0.0", 8080

        self.assertEqual(
            vllm_command(Arguments),
            ["vllm", "serve", "model", "--host", "0.0.0.0", "--port", "8080", "--served-model-name", "tiny"],
        )


def until(condition):
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "in vain"
        time.sleep(0.01)


if __name__ == "__main__":
    unittest.main()
