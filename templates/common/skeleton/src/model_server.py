"""Answers requests to a model over HTTP, with nothing but Python.

GET /healthz answers 200 as soon as the model is loaded. A table of routes says what else is answered: from the path of a
POST to a function of the model and the body, which gives the answer or raises BadRequest.
"""

import argparse
import json
import os
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MAX_BODY_BYTES = 1024 * 1024


class BadRequest(Exception):
    """What is wrong with a request, in words for whoever sent it."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "model"
    # A client that stops talking does not hold its thread for ever.
    timeout = 30

    def do_GET(self):
        if self.path == "/healthz":
            self.reply(200, {"status": "ok"})
        else:
            self.refuse_path()

    def do_POST(self):
        respond = self.server.routes.get(self.path)
        if respond is None:
            self.close_connection = True
            self.refuse_path()
            return
        try:
            self.reply(200, respond(self.server.model, self.read_body()))
        except BadRequest as error:
            self.reply(400, {"error": str(error)})

    def refuse_path(self):
        self.reply(404, {"error": f"there is nothing at {self.path}; try POST {' or '.join(self.server.routes)}"})

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

    def __init__(self, address, model, routes, handler=Handler):
        super().__init__(address, handler)
        self.model = model
        self.routes = routes


def serve(description, load, routes, path):
    """Reads the command line, loads the model, and serves it at the routes until it is told to stop. The first route answers --ask."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default=path, help="the trained model")
    parser.add_argument("--host", default=os.environ.get("HOST", "0.0.0.0"))
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8080")))
    parser.add_argument("--ask", metavar="FILE", help="answer the request in this file, and end")
    arguments = parser.parse_args()

    model = load(arguments.model)
    if arguments.ask:
        with open(arguments.ask, encoding="utf-8") as file:
            print(json.dumps(next(iter(routes.values()))(model, json.load(file)), indent=2))
        return
    server = Server((arguments.host, arguments.port), model, routes)
    # shutdown() waits for the loop below, so it must not run in this thread.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    print(f"Serving {arguments.model} on {arguments.host}:{server.server_port}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    server.server_close()
