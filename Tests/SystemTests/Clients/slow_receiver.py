"""An HTTP server that prints the ids of the callbacks it is sent, and answers after so many seconds.

    slow_receiver.py PORT SECONDS
"""

import http.server
import json
import sys
import time


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        print([callback["callback_id"] for callback in body["callbacks"]], flush=True)
        time.sleep(float(sys.argv[2]))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True


Server(("127.0.0.1", int(sys.argv[1])), Receiver).serve_forever()
