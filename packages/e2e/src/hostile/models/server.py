"""A model that answers byte by byte what answers.json says, whatever HTTP allows."""
import json
import os
import socketserver

ANSWERS = json.load(open("answers.json"))


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        target = self.rfile.readline().decode("latin1").split(" ")[1]
        head = b""
        for line in iter(self.rfile.readline, b"\r\n"):
            if not line:
                return
            head += line
        name = target.strip("/").split("/")[-1]
        if name == "healthz":
            answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
        elif name == "seen":
            answer = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (
                len(head),
                head,
            )
        else:
            answer = ANSWERS.get(name, "").encode("latin1")
        self.wfile.write(answer)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 200


Server(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
