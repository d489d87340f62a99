#!/usr/bin/env python3
"""A proxy in front of PostgreSQL that knows its protocol: adds time, cuts connections, tells a test what passes.

As a module:
    with Proxy("/tmp/x/.s.PGSQL.5432", delay_ms=5) as p: ...  p.port, p.round_trips, p.connections
    with Proxy(target, on_message=f) as p: ...

f(message) is called for each protocol message before it is passed on; message has .number (from 1, all messages of this proxy,
both directions), .to_server, .type (one byte, "" for start-up packets), .body, .connection (from 1). It returns None to pass the
message on, "drop" to lose it and say nothing, "cut" to close both sides without passing it on, or "cut after" to pass it on and
then close both sides.

As a program: proxy.py --to SOCKET-PATH|HOST:PORT [--listen HOST:PORT|SOCKET-PATH] [--delay-ms N]
prints "listening on HOST:PORT" and runs until it is ended.
"""
import argparse, os, queue, socket, struct, sys, threading, time
from collections import namedtuple

Message = namedtuple("Message", "number to_server type body connection")


def connect(target):
    if target.startswith("/"):
        s = socket.socket(socket.AF_UNIX)
        s.connect(target)
    else:
        host, port = target.rsplit(":", 1)
        s = socket.create_connection((host, int(port)))
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return s


def listener(address):
    if address.startswith("/"):
        s = socket.socket(socket.AF_UNIX)
        s.bind(address)
        os.chmod(address, 0o777)
    else:
        host, port = address.rsplit(":", 1)
        s = socket.socket()
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind((host, int(port)))
    s.listen(128)
    return s


def close(s):
    for act in (lambda: s.shutdown(socket.SHUT_RDWR), s.close):
        try:
            act()
        except OSError:
            pass


class Splitter:
    """Cuts a byte stream into protocol messages; the client's stream starts with packets that have no type."""

    def __init__(self, from_client):
        self.buffer = b""
        self.starting = from_client

    def feed(self, data):
        self.buffer += data
        while True:
            head = 4 if self.starting else 5
            if len(self.buffer) < head:
                return
            length = struct.unpack("!I", self.buffer[head - 4: head])[0] + head - 4
            if len(self.buffer) < length:
                return
            whole, self.buffer = self.buffer[:length], self.buffer[length:]
            kind = "" if self.starting else chr(whole[0])
            if self.starting and struct.unpack("!I", whole[4:8])[0] == 196608:  # protocol 3.0: the last without a type
                self.starting = False
            yield kind, whole[head:], whole


class Connection:
    def __init__(self, proxy, number, client):
        self.proxy, self.number, self.client = proxy, number, client
        self.server = connect(proxy.target)
        self.starting_answers = 0  # one-byte answers to SSLRequest and GSSENCRequest
        for source, sink, to_server in ((client, self.server, True), (self.server, client, False)):
            q = queue.Queue()
            threading.Thread(target=self.read, args=(source, q, to_server), daemon=True).start()
            threading.Thread(target=self.write, args=(sink, q), daemon=True).start()

    def cut(self):
        close(self.client)
        close(self.server)

    def read(self, source, q, to_server):
        splitter = Splitter(to_server)
        while True:
            try:
                data = source.recv(65536)
            except OSError:
                data = b""
            if not data:
                q.put((0, None))
                return
            self.proxy.passed(self.number, to_server)
            due = time.monotonic() + self.proxy.delay
            if not self.proxy.on_message:
                q.put((due, data))
            elif not self.watch(splitter, data, q, due, to_server):
                return

    def watch(self, splitter, data, q, due, to_server):
        while not to_server and self.starting_answers and data[:1] in b"NS":
            self.starting_answers -= 1
            q.put((due, data[:1]))
            data = data[1:]
        for kind, body, whole in splitter.feed(data):
            if to_server and kind == "" and splitter.starting:
                self.starting_answers += 1
            verdict = self.proxy.ask(to_server, kind, body, self.number)
            if verdict == "drop":
                continue
            if verdict in (None, "cut after"):
                q.put((due, whole))
            if verdict == "cut after":
                q.put((due, self.cut))
            elif verdict == "cut":
                self.cut()
            if verdict:
                return False
        return True

    def write(self, sink, q):
        while True:
            due, item = q.get()
            wait = due - time.monotonic()
            if wait > 0:
                time.sleep(wait)
            if item is None:
                close(sink)
                return
            if callable(item):
                item()
                return
            try:
                sink.sendall(item)
            except OSError:
                self.cut()
                return


class Proxy:
    def __init__(self, target, listen="127.0.0.1:0", delay_ms=0, on_message=None):
        self.target, self.delay, self.on_message = target, delay_ms / 1000, on_message
        self.round_trips = self.connections = self.messages = 0
        self.lock = threading.Lock()
        self.towards = {}
        self.listen = listen
        self.socket = listener(listen)
        self.port = None if listen.startswith("/") else self.socket.getsockname()[1]
        self.open = []
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client, _ = self.socket.accept()
            except OSError:
                return
            if client.family == socket.AF_INET:
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connections += 1
            try:
                self.open.append(Connection(self, self.connections, client))
            except OSError:
                close(client)

    def passed(self, connection, to_server):
        with self.lock:  # a round trip ends where the server's bytes follow the client's
            if self.towards.get(connection) and not to_server:
                self.round_trips += 1
            self.towards[connection] = to_server

    def ask(self, to_server, kind, body, connection):
        with self.lock:
            self.messages += 1
            return self.on_message(Message(self.messages, to_server, kind, body, connection))

    def stop(self):
        close(self.socket)
        for c in self.open:
            c.cut()
        if self.listen.startswith("/"):
            os.unlink(self.listen)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def main():
    ap = argparse.ArgumentParser(usage=__doc__)
    ap.add_argument("--to", required=True)
    ap.add_argument("--listen", default="127.0.0.1:0")
    ap.add_argument("--delay-ms", type=float, default=0)
    a = ap.parse_args()
    p = Proxy(a.to, a.listen, a.delay_ms)
    print(f"listening on {a.listen if p.port is None else f'127.0.0.1:{p.port}'}", flush=True)
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
