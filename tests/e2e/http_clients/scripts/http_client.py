"""A conversation by Python's standard library: prints what was seen, as JSON."""

import http.client
import json
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request

url = sys.argv[1]
host = urllib.parse.urlsplit(url).netloc
seen = {}

# urllib: one connection for each request, which it asks to be closed.
form = urllib.parse.urlencode({"user": "питон"}).encode()
request = urllib.request.Request(url + "/connect", form, {"Accept": "text/plain"})
with urllib.request.urlopen(request, timeout=30) as answer:
    seen["connected"] = [answer.status, answer.headers["Connection"]]
    bearer = {"Authorization": "Bearer " + answer.read().decode().strip()}
try:
    urllib.request.urlopen(url + "/messages", timeout=30)
except urllib.error.HTTPError as refused:
    seen["refused"] = [refused.status, json.load(refused)["code"]]

# http.client: one connection for all.
connection = http.client.HTTPConnection(host, timeout=30)
connection.connect()
socket = connection.sock


def ask(method, path, body=None, headers=None, **more):
    connection.request(method, path, body, {**bearer, **(headers or {})}, **more)
    answer = connection.getresponse()
    text = answer.read()
    return [answer.status, connection.sock is socket], text


json_type = {"Content-Type": "application/json"}
steps = [
    ask("GET", "/healthz"),
    ask("POST", "/send", json.dumps({"text": "привет 🐍"}), json_type),
    ask("HEAD", "/docs"),
    ask("GET", "/nowhere"),
    ask("POST", "/files?name=a", (b"x" * 1000 for _ in range(300)), encode_chunked=True),
    ask("POST", "/send", iter([b"text=", b"in+", b"parts"]), {
        "Content-Type": "application/x-www-form-urlencoded",
        "Transfer-Encoding": "chunked",
    }, encode_chunked=True),
    ask("POST", "/send", b"{", json_type),
    ask("GET", "/messages"),
    ask("DELETE", "/messages/999999"),
]
seen["steps"] = [step for step, _ in steps]
seen["head"] = len(steps[2][1])
seen["size"] = json.loads(steps[4][1])["size"]
seen["texts"] = [item["text"] for item in json.loads(steps[7][1])["items"]]

# Too large. It sends all of it before it looks for an answer.
seen["over"] = []
for mebibytes in 6, 16:
    sender = http.client.HTTPConnection(host, timeout=30)
    sender.request("POST", "/files?name=over", bytes(mebibytes << 20), bearer)
    answer = sender.getresponse()
    seen["over"].append([answer.status, json.load(answer)["code"]])
    sender.close()

# A stream, read line by line, while another thread talks.
listening = http.client.HTTPConnection(host, timeout=30)
listening.request("GET", "/events", headers=bearer)
stream = listening.getresponse()
seen["stream"] = [stream.status, stream.getheader("Content-Type"), stream.chunked]


def line_with(start):
    while True:
        line = stream.readline()
        if not line:
            raise EOFError(start)
        if line.startswith(start):
            return line.decode().rstrip("\n")


line_with(b"event: caught_up")
talker = threading.Thread(target=lambda: ask("POST", "/send", b'{"text":"live"}', json_type))
talker.start()
line_with(b"event: message")
seen["live"] = json.loads(line_with(b"data: ")[len("data: "):])["text"]
talker.join()
listening.close()

# HTTP/1.0, whose connections end unless both sides say otherwise.
old = http.client.HTTPConnection(host, timeout=30)
old._http_vsn, old._http_vsn_str = 10, "HTTP/1.0"
old.request("GET", "/healthz")
answer = old.getresponse()
seen["old"] = [answer.status, answer.read().decode(), answer.will_close]
old.close()
old.request("GET", "/healthz", headers={"Connection": "keep-alive"})
answer = old.getresponse()
seen["kept"] = [answer.status, answer.read().decode(), answer.will_close]
old.close()
connection.close()

print(json.dumps(seen))
