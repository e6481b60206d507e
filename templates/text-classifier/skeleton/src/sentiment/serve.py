"""Serves predictions over HTTP.

GET  /healthz          answers 200 once predictions can be made
POST /predict          {"text": "works well"} or {"instances": [{"text": "works well"}, ...]}
                       answers {"prediction": "positive", "probability": 0.9} or {"predictions": [...]}
POST /v1/completions   {"prompt": "Review: works well\\nSentiment:"} answers as OpenAI's completions do, with the label as the
                       completion, so that tools for language models can measure this one
"""

import argparse
import json
import os
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from sentiment.model import NaiveBayes

MAX_BODY_BYTES = 1024 * 1024
QUESTION = "Sentiment:"


class BadRequest(Exception):
    pass


def answer(model, body):
    """The answer to a request for predictions, or BadRequest with what is wrong with it."""
    if not isinstance(body, dict):
        raise BadRequest('the body must be an object such as {"text": "works well"}')
    if "instances" in body:
        instances = body["instances"]
        if not isinstance(instances, list) or not instances:
            raise BadRequest("'instances' must be a list of at least one object")
        return {
            "predictions": [
                prediction(model, read_text(instance, f"instances[{index}]"))
                for index, instance in enumerate(instances)
            ]
        }
    return prediction(model, read_text(body, "the body"))


def prediction(model, text):
    return {"prediction": model.predict(text), "probability": model.probability(text)}


def read_text(instance, where):
    if not isinstance(instance, dict) or "text" not in instance:
        raise BadRequest(f"{where} must have a 'text'")
    text = instance["text"]
    if not isinstance(text, str):
        raise BadRequest(f"'text' of {where} must be a text, but is {json.dumps(text)[:100]}")
    return text


def complete(model, body):
    """The answer to a request for completions. What the model can complete is the question about a review."""
    prompts = body.get("prompt") if isinstance(body, dict) else None
    if isinstance(prompts, str):
        prompts = [prompts]
    if not isinstance(prompts, list) or not prompts or not all(isinstance(prompt, str) for prompt in prompts):
        raise BadRequest("'prompt' must be a text or a list of texts")
    if body.get("logprobs") is not None or body.get("echo"):
        raise BadRequest("'logprobs' and 'echo' are not offered: this model has no tokens")
    return {
        "object": "text_completion",
        "model": "sentiment",
        "choices": [
            {"index": index, "text": f" {model.predict(read_prompt(prompt))}", "logprobs": None, "finish_reason": "stop"}
            for index, prompt in enumerate(prompts)
        ],
    }


def read_prompt(prompt):
    """The review that a prompt ends with; what stands before it are examples, which this model does not learn from."""
    before, question, after = prompt.rpartition(QUESTION)
    if not question or after.strip():
        raise BadRequest(f"a prompt must end with '{QUESTION}'")
    return before.rpartition("Review:")[2].strip()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "sentiment"
    # A client that stops talking does not hold its thread for ever.
    timeout = 30

    def do_GET(self):
        if self.path == "/healthz":
            self.reply(200, {"status": "ok"})
        else:
            self.reply(404, {"error": f"there is nothing at {self.path}; try POST /predict"})

    def do_POST(self):
        respond = {"/predict": answer, "/v1/completions": complete}.get(self.path)
        if respond is None:
            self.close_connection = True
            self.reply(404, {"error": f"there is nothing at {self.path}; try POST /predict"})
            return
        try:
            self.reply(200, respond(self.server.model, self.read_body()))
        except BadRequest as error:
            self.reply(400, {"error": str(error)})

    def log_request(self, code="-", size="-"):
        # Health is asked for all the time.
        if self.path != "/healthz":
            super().log_request(code, size)

    def read_body(self):
        length = self.headers.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()):
            self.close_connection = True
            raise BadRequest("the request needs a Content-Length")
        if int(length) > MAX_BODY_BYTES:
            self.close_connection = True
            raise BadRequest(f"the body may have at most {MAX_BODY_BYTES} bytes")
        try:
            return json.loads(self.rfile.read(int(length)))
        except (ValueError, RecursionError):
            raise BadRequest("the body is not JSON") from None

    def reply(self, status, body):
        data = json.dumps(body).encode("utf-8")
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data)


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address, model, handler=Handler):
        super().__init__(address, handler)
        self.model = model


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="model/model.json", help="the trained model")
    parser.add_argument("--host", default=os.environ.get("HOST", "0.0.0.0"))
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8080")))
    arguments = parser.parse_args()

    server = Server((arguments.host, arguments.port), NaiveBayes.load(arguments.model))
    # shutdown() waits for the loop below, so it must not run in this thread.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    print(f"Serving {arguments.model} on {arguments.host}:{server.server_port}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    server.server_close()


if __name__ == "__main__":
    main()
