"""Serves the model as the OpenAI API does, so that its clients work with this model, too.

GET  /health               answers 200 once the model is warm (so does /healthz)
GET  /v1/models            the model
POST /v1/completions       goes on with a text; `echo` and `logprobs` tell how likely a text is
POST /v1/chat/completions  the next message of a conversation; `stream: true` gives it as it comes

On a GPU with vLLM, vLLM does all that, with the same folder. Otherwise transformers answers, one request after the other.
"""

import argparse
import importlib.util
import json
import os
import select
import signal
import socket
import sys
import threading
import traceback

import model_server
from language_model.serve_answers import Answer
from language_model.serve_engine import Busy, Engine, Gone
from language_model.serve_requests import (
    MAX_LOGPROBS,
    MAX_TOKENS,
    ApiError,
    check,
    flag,
    number,
    read_chat,
    read_prompts,
    read_sampling,
    room_for,
)

MAX_BODY_BYTES = 1024 * 1024
DEFAULT_MAX_TOKENS = 16


class Handler(model_server.Handler):
    def do_GET(self):
        if self.path in ("/health", "/healthz"):
            ready = self.server.engine is not None
            self.reply(200 if ready else 503, {"status": "ok" if ready else "the model is being loaded"})
        elif self.path == "/v1/models":
            model = {"id": self.server.name, "object": "model", "created": 0, "owned_by": "model-ci"}
            self.reply(200, {"object": "list", "data": [model]})
        else:
            self.refuse(self.no_path())

    def do_POST(self):
        respond = {"/v1/completions": self.complete, "/v1/chat/completions": self.chat}.get(self.path)
        self.streaming = False
        try:
            if respond is None:
                self.close_connection = True
                raise self.no_path()
            body = self.read_body()
            if self.server.engine is None:
                raise ApiError(503, "the model is being loaded; try again in a moment", "server_error")
            check(body, self.server.name)
            respond(body, self.server.engine)
        except ApiError as error:
            self.refuse(error)
        except Busy:
            self.refuse(ApiError(429, "too many requests wait; try again in a moment", "rate_limit_error", code="queue_full"))
        except (Gone, ConnectionError, TimeoutError):
            self.close_connection = True
        except Exception:  # What a request brings to light must not end the server.
            traceback.print_exc()
            self.refuse(ApiError(500, "the model failed; the log of the server says why", "server_error"))

    def log_request(self, code="-", size="-"):
        if self.path not in ("/health", "/healthz"):
            super().log_request(code, size)

    def no_path(self):
        return ApiError(404, f"there is nothing at {self.path[:200]}; there are /v1/models, /v1/completions and /v1/chat/completions")

    def read_body(self):
        length = self.headers.get("Content-Length", "")
        if length.isascii() and length.isdigit() and int(length) > MAX_BODY_BYTES:
            self.close_connection = True
            raise ApiError(413, f"the body may have at most {MAX_BODY_BYTES} bytes")
        try:
            return super().read_body()
        except model_server.BadRequest as error:
            raise ApiError(400, str(error)) from None

    def refuse(self, error):
        if self.streaming:
            self.send_event(error.body)
            self.close_connection = True
        else:
            self.reply(error.status, error.body)

    def is_gone(self):
        """Whether the client has closed the connection."""
        poll = select.poll()
        poll.register(self.connection, select.POLLIN)
        return bool(poll.poll(0)) and self.connection.recv(1, socket.MSG_PEEK) == b""

    def chat(self, body, engine):
        prompt, sampling = read_chat(body, engine)
        answer = Answer(engine, self.server.name, is_chat=True)
        if flag(body, "stream"):
            self.stream(body, answer, prompt, sampling)
        else:
            self.reply_whole(answer, [(prompt, [])], sampling)

    def complete(self, body, engine):
        prompts = read_prompts(body, engine)
        wanted = number(body, "max_tokens", DEFAULT_MAX_TOKENS, 0, MAX_TOKENS, whole=True)
        logprobs = number(body, "logprobs", None, 0, MAX_LOGPROBS, whole=True)
        for prompt in prompts:
            room_for(engine, prompt, wanted, "prompt")
        sampling = read_sampling(body, engine, wanted, logprobs)
        answer = Answer(engine, self.server.name, is_chat=False)
        echo = flag(body, "echo")
        if not flag(body, "stream"):
            self.reply_whole(answer, [(prompt, prompt if echo else []) for prompt in prompts], sampling)
        elif echo or len(prompts) > 1:
            raise ApiError(400, "stream: is for one prompt, without echo", param="stream")
        else:
            self.stream(body, answer, prompts[0], sampling)

    def reply_whole(self, answer, prompts, sampling):
        """Answers prompts, each with the tokens that stand before its answer."""
        engine = answer.engine
        choices, asked, answered = [], 0, 0
        with engine.turns.take(self.is_gone):
            for index, (prompt, echoed) in enumerate(prompts):
                pieces = list(engine.answer(prompt, sampling, self.is_gone))
                tokens = [piece.token for piece in pieces if piece.token]
                text = engine.decode(echoed) + "".join(piece.text for piece in pieces)
                measured = None if sampling.logprobs is None else engine.score(echoed, sampling.logprobs) + tokens
                choices.append(answer.choice(index, text, measured, pieces[-1].finish))
                asked += len(prompt)
                answered += len(tokens)
        self.reply(200, answer.whole(choices, (asked, answered)))

    def stream(self, body, answer, prompt, sampling):
        engine = answer.engine
        count, first = 0, True
        with engine.turns.take(self.is_gone):
            for piece in engine.answer(prompt, sampling, self.is_gone):
                count += piece.token is not None
                tokens = [piece.token] if piece.token and sampling.logprobs is not None else None
                if first and answer.is_chat:
                    self.send_part(answer.part([answer.piece("", None, None, first=True)]))
                if piece.text or piece.finish or tokens:
                    self.send_part(answer.part([answer.piece(piece.text, tokens, piece.finish)]))
                first = False
        options = body.get("stream_options")
        if isinstance(options, dict) and options.get("include_usage"):
            self.send_part(answer.part([], (len(prompt), count)))
        self.wfile.write(b"data: [DONE]\n\n")

    def send_part(self, part):
        if not self.streaming:
            self.streaming = True
            # It ends with the connection: so nobody takes an answer that was cut for a whole one.
            self.close_connection = True
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream; charset=utf-8")
            self.send_header("Cache-Control", "no-store")
            self.send_header("Connection", "close")
            self.end_headers()
        self.send_event(part)

    def send_event(self, event):
        self.wfile.write(b"data: " + json.dumps(event).encode("utf-8") + b"\n\n")
        self.wfile.flush()


class Server(model_server.Server):
    """Listens at once, and answers once there is an engine."""

    def __init__(self, address, name):
        super().__init__(address, None, {}, Handler)
        self.name = name
        self.engine = None

    def handle_error(self, request, client_address):
        # A client that goes away is no error of this server.
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def default_name():
    """The pipeline's name where the portal serves it."""
    return os.environ.get("MODEL_CI_PIPELINE", "").rpartition("/")[2] or "model"


def vllm_command(arguments):
    return [
        "vllm",
        "serve",
        arguments.model,
        "--host",
        arguments.host,
        "--port",
        str(arguments.port),
        "--served-model-name",
        arguments.name,
    ]


def has_vllm():
    import torch

    return torch.cuda.is_available() and importlib.util.find_spec("vllm") is not None


def load_into(server, folder):
    from language_model.model import load

    try:
        engine = Engine(*load(folder))
        engine.warm_up()
    except BaseException:
        traceback.print_exc()
        # Without a model there is nothing to wait for.
        os._exit(1)
    server.engine = engine
    print(f"Ready: {server.name} from {folder}, on {engine.model.device}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="model", help="folder of the model")
    parser.add_argument("--name", default=default_name(), help="what requests call the model")
    parser.add_argument("--host", default=os.environ.get("HOST", "0.0.0.0"))
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8080")))
    arguments = parser.parse_args()

    if has_vllm():
        command = vllm_command(arguments)
        print(*command, flush=True)
        os.execvp(command[0], command)
    server = Server((arguments.host, arguments.port), arguments.name)
    # shutdown() waits for the loop below, so it must not run in this thread.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    threading.Thread(target=load_into, args=(server, arguments.model), daemon=True).start()
    print(f"Listening on {arguments.host}:{server.server_port}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    server.server_close()


if __name__ == "__main__":
    sys.exit(main())
