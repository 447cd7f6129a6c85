"""A virus scanner that speaks the part of clamd's protocol that INSTREAM needs, and knows the EICAR test file."""

import socketserver
import struct
import threading
from pathlib import Path
from types import TracebackType

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class _Conversation(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        assert self._exactly(10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack("!L", self._exactly(4))[0]:
            content += self._exactly(length)
        if len(content) > 1_000_000:
            self.request.sendall(b"INSTREAM size limit exceeded. ERROR\0")
        else:
            self.request.sendall(b"stream: Eicar-Signature FOUND\0" if EICAR in content else b"stream: OK\0")

    def _exactly(self, count: int) -> bytes:
        octets = b""
        while len(octets) < count:
            octets += self.request.recv(count - len(octets))
        return octets


class Clamd:
    """Listens on a Unix socket while entered; gives its path."""

    def __init__(self, path: Path) -> None:
        self._path = str(path)
        self._server = socketserver.ThreadingUnixStreamServer(self._path, _Conversation)

    def __enter__(self) -> str:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self._path

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
