"""Serves predictions over HTTP.

GET  /healthz   answers 200 once predictions can be made
POST /predict   {"size": 120} or {"instances": [{"size": 120}, ...]} answers {"prediction": ...} or {"predictions": [...]}
"""

import argparse
import json
import math
import os
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from house_price.model import LinearModel

MAX_BODY_BYTES = 1024 * 1024


class BadRequest(Exception):
    pass


def answer(model, body):
    """The answer to the body of a request, or BadRequest with what is wrong with it."""
    if not isinstance(body, dict):
        raise BadRequest('the body must be an object such as {"size": 120}')
    if "instances" in body:
        instances = body["instances"]
        if not isinstance(instances, list) or not instances:
            raise BadRequest("'instances' must be a list of at least one object")
        return {
            "predictions": [
                model.predict(read_size(instance, f"instances[{index}]")) for index, instance in enumerate(instances)
            ]
        }
    return {"prediction": model.predict(read_size(body, "the body"))}


def read_size(instance, where):
    if not isinstance(instance, dict) or "size" not in instance:
        raise BadRequest(f"{where} must have a 'size' in square metres")
    size = instance["size"]
    # In Python, True is a number.
    if isinstance(size, bool) or not isinstance(size, (int, float)):
        raise BadRequest(f"'size' of {where} must be a number, but is {json.dumps(size)}")
    # Comparing first keeps whole numbers of any length away from the conversion to a float.
    if not 0 < size <= 1_000_000 or not math.isfinite(size):
        raise BadRequest(f"'size' of {where} must be above 0 and at most 1000000")
    return float(size)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "house-price"
    # A client that stops talking does not hold its thread for ever.
    timeout = 30

    def do_GET(self):
        if self.path == "/healthz":
            self.reply(200, {"status": "ok"})
        else:
            self.reply(404, {"error": f"there is nothing at {self.path}; try POST /predict"})

    def do_POST(self):
        if self.path != "/predict":
            self.close_connection = True
            self.reply(404, {"error": f"there is nothing at {self.path}; try POST /predict"})
            return
        try:
            self.reply(200, answer(self.server.model, self.read_body()))
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

    server = Server((arguments.host, arguments.port), LinearModel.load(arguments.model))
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
