"""As much HTTP as the torture test needs, light on the processor: one request at a time over kept connections."""
import asyncio


class Cut(Exception):
    """The connection ended in the middle, or was never made."""


async def read_message(reader):
    """The first line's words, the header fields by lower-case name, and the body; None at the end of the stream."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise Cut("the head ended early") from error
        return None
    lines = head.decode("latin-1").split("\r\n")
    fields = {}
    for line in lines[1:]:
        name, _, value = line.partition(":")
        fields[name.lower()] = value.strip()
    body = await reader.readexactly(int(fields.get("content-length", "0")))
    return lines[0].split(" ", 2), fields, body


class Client:
    """One kept connection."""

    def __init__(self, host, port, deadline=60):
        self.host, self.port, self.deadline = host, port, deadline
        self.streams = None

    async def post(self, path, body):
        """The status and the body of the answer.

        - Throws: `Cut`; whether the request arrived is not known then.
        """
        try:
            async with asyncio.timeout(self.deadline):
                if self.streams is None:
                    self.streams = await asyncio.open_connection(self.host, self.port, limit=1 << 20)
                reader, writer = self.streams
                head = (f"POST {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nContent-Type: application/xml\r\n"
                        f"Content-Length: {len(body)}\r\n\r\n")
                writer.write(head.encode() + body)
                answer = await read_message(reader)
        except TimeoutError:
            self.close()
            raise
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            self.close()
            raise Cut(str(error)) from error
        if answer is None:
            self.close()
            raise Cut("closed before the answer")
        words, fields, text = answer
        if fields.get("connection", "").lower() == "close":
            self.close()
        return int(words[1]), text

    def close(self):
        if self.streams:
            self.streams[1].close()
        self.streams = None


async def serve(answer):
    """Listens on a free port of the loopback; `answer` takes path and body and gives status and body, None to hang up.

    - Returns: the server and its port.
    """
    async def handle(reader, writer):
        try:
            while (request := await read_message(reader)) is not None:
                words, _, body = request
                given = answer(words[1], body)
                if given is None:
                    break
                status, text = given
                kind = "Content-Type: application/xml\r\n" if text else ""
                writer.write(f"HTTP/1.1 {status} -\r\n{kind}Content-Length: {len(text)}\r\n\r\n".encode() + text)
                await writer.drain()
        except (OSError, Cut, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, limit=1 << 20)
    return server, server.sockets[0].getsockname()[1]
