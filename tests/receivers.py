"""Receivers that others wrote: aiosmtpd takes e-mail, standardwebhooks checks webhooks. Prints one line of JSON for each message.

Usage: receivers.py SMTP_PORT CERT KEY. The first line says the port of the HTTPS receiver. Secrets come by standard input, one a line.
"""

import json
import ssl
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from aiosmtpd.controller import Controller
from standardwebhooks.webhooks import Webhook

SECRETS = []
LOCK = threading.Lock()


def say(line):
    with LOCK:
        print(json.dumps(line), flush=True)


class Mailbox:
    async def handle_DATA(self, server, session, envelope):
        text = envelope.content.decode("ascii")
        say({"mail": text, "from": envelope.mail_from, "to": envelope.rcpt_tos})
        return "250 OK"


class Hook(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        known = []
        for secret in SECRETS:
            try:
                known.append(Webhook(secret).verify(body, headers) is not None)
            except Exception as error:  # each refusal of the library is told by its name
                known.append(type(error).__name__)
        try:
            Webhook(SECRETS[0]).verify(body + b" ", headers)
            altered = True
        except Exception:
            altered = False
        say({"hook": json.loads(body), "id": headers["webhook-id"], "known": known, "altered": altered})
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


def main():
    port, cert, key = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    Controller(Mailbox(), hostname="127.0.0.1", port=port).start()
    server = HTTPServer(("127.0.0.1", 0), Hook)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    say({"port": server.server_port})
    for line in sys.stdin:
        SECRETS.append(line.strip())
        say({"secrets": len(SECRETS)})


main()
