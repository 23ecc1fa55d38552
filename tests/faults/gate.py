"""What stands between the service and its storage server, and can be told to fail."""

import socket
import threading
from contextlib import suppress
from typing import Literal

CHUNK_BYTES = 1 << 16
REFUSAL = b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

Mode = Literal["pass", "refuse", "hang"]


class Gate:
    """Passes connections on to ``port``, or answers them all with 500, or leaves them without an answer."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._mode: Mode = "pass"
        self._open: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def set(self, mode: Mode) -> None:
        """From now on; connections that are under way break."""
        self._mode = mode
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._listener.close()
        self.set("refuse")

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        self._open.add(client)
        try:
            match self._mode:
                case "pass":
                    self._pass_on(client)
                case "refuse":
                    client.recv(CHUNK_BYTES)
                    client.sendall(REFUSAL)
                case "hang":
                    while client.recv(CHUNK_BYTES):
                        pass
        except OSError:
            pass
        finally:
            self._open.discard(client)
            client.close()

    def _pass_on(self, client: socket.socket) -> None:
        with socket.create_connection(("127.0.0.1", self._target)) as server:
            back = threading.Thread(target=_copy, args=(server, client), daemon=True)
            back.start()
            _copy(client, server)
            back.join()


def _copy(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while chunk := source.recv(CHUNK_BYTES):
            sink.sendall(chunk)
    for end in (source, sink):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
