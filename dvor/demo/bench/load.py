"""Sends prepared requests as fast as they are answered: ``python -m dvor.demo.bench.load FILE PORT CONNECTIONS``.

A process of its own, so that its work is not taken for the server's. Prints seconds, statuses and latencies as JSON.
"""

from __future__ import annotations

import json
import socket
import statistics
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path


class Sender(threading.Thread):
    """One kept-alive connection and its share of the requests."""

    def __init__(self, port: int, requests: Sequence[bytes]) -> None:
        super().__init__()
        self._requests = requests
        self._socket = socket.create_connection(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.statuses: Counter[str] = Counter()
        self.times: list[float] = []

    def run(self) -> None:
        for request in self._requests:
            began = time.perf_counter()
            self._socket.sendall(request)
            self.statuses[self._status()] += 1
            self.times.append(time.perf_counter() - began)
        self._socket.close()

    def _status(self) -> str:
        """Read one whole answer; its status."""
        answer = b""
        while (end := answer.find(b"\r\n\r\n")) < 0:
            part = self._socket.recv(1 << 16)
            if not part:
                return "closed"
            answer += part
        head = answer[:end].lower()
        left = end + 4 + int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0]) - len(answer)
        while left > 0:
            left -= len(self._socket.recv(1 << 16))
        return head[9:12].decode()


def main() -> None:
    file, port, connections = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    requests = [text.encode("latin-1") for text in json.loads(file.read_text(encoding="utf-8"))]
    senders = [Sender(port, requests[number::connections]) for number in range(connections)]
    began = time.perf_counter()
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    seconds = time.perf_counter() - began
    times = sorted(time for sender in senders for time in sender.times)
    told = {
        "seconds": seconds,
        "statuses": sum((sender.statuses for sender in senders), Counter()),
        "p50_ms": statistics.median(times) * 1000,
        "p99_ms": times[int(len(times) * 0.99)] * 1000,
    }
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
