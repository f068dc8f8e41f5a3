"""Takes Demarc's callbacks: checks the signature, passes over what it has had, prints the rest.

    python3 receiver.py PORT SALT ACCOUNT API_KEY
"""

import hashlib
import hmac
import http.server
import json
import sys

port, salt, account, key = int(sys.argv[1]), *sys.argv[2:5]
had = set()


class Receiver(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        callbacks = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["callbacks"]
        for callback in callbacks:
            text = f"{salt}{account}{key}{callback['callback_id']}"
            if not hmac.compare_digest(hashlib.md5(text.encode()).hexdigest(), callback["hash"]):
                return self.send_error(403)
        for callback in callbacks:
            if callback["callback_id"] not in had:
                had.add(callback["callback_id"])
                print(callback["callback_id"], callback["type"], json.dumps(callback[callback["type"]]), flush=True)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass


http.server.ThreadingHTTPServer(("127.0.0.1", port), Receiver).serve_forever()
