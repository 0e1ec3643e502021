"""The partner's systems: the one that answers requests and is told of events, and the one that takes late replies."""
import collections
import random
import re
import uuid

from messages import NAMESPACE, PARTNER

FIELD = {name: re.compile(f"<{name}>([^<]*)</{name}>".encode()) for name in
         ("MessageID", "CorrelationID", "Noun", "Result", "mRID", "code")}


def field(name, body):
    found = FIELD[name].search(body)
    return found and found[1].decode()


class Partner:
    """What reaches the partner. It keeps an inbox, as every partner of an at-least-once bus has to: a message that
    comes again is answered as the first time and has no second effect. Now and then it fails to take an event or a
    reply."""

    def __init__(self, seed, failing=0.003):
        self.chance = random.Random(f"partner {seed}")
        self.failing = failing
        self.inbox = {}                                      # MessageID: the answer
        self.effects = collections.Counter()                 # mRID of the group made or told of
        self.deliveries = collections.Counter()              # by MessageID, copies included
        self.replies = collections.defaultdict(collections.Counter)  # CorrelationID: MessageIDs of late replies
        self.late = {}                                       # CorrelationID: the Result of its late reply
        self.faults = []

    def answer(self, path, body):
        return self.take_reply(body) if path == "/late" else self.take(body)

    def take(self, body):
        identifier, group = field("MessageID", body), field("mRID", body)
        if not identifier or not group:
            self.faults.append(f"a message without MessageID or content: {body[:600]!r}")
            return 500, b""
        is_request = b"<RequestMessage" in body
        self.deliveries[identifier] += 1
        if not is_request and self.chance.random() < self.failing:
            return None if self.chance.random() < 0.5 else (500, b"")
        if identifier not in self.inbox:
            self.effects[group] += 1
            self.inbox[identifier] = self.reply(identifier, body) if is_request else b""
            if not is_request and self.chance.random() < self.failing:
                return None  # It has it, but cannot say so any more.
        return 200, self.inbox[identifier]

    def reply(self, identifier, body):
        own = str(uuid.UUID(int=self.chance.getrandbits(128), version=4))
        correlation = field("CorrelationID", body) or identifier
        return (f'<?xml version="1.0" encoding="UTF-8"?>\n<ResponseMessage xmlns="{NAMESPACE}"><Header>'
                f"<Verb>reply</Verb><Noun>{field('Noun', body)}</Noun><Timestamp>2026-11-21T00:00:00Z</Timestamp>"
                f"<Source>{PARTNER}</Source><MessageID>{own}</MessageID>"
                f"<CorrelationID>{correlation}</CorrelationID></Header>"
                "<Reply><Result>OK</Result></Reply></ResponseMessage>").encode()

    def take_reply(self, body):
        correlation, identifier = field("CorrelationID", body), field("MessageID", body)
        if not correlation or not identifier:
            self.faults.append(f"a late reply without identifiers: {body[:600]!r}")
            return 500, b""
        if self.chance.random() < self.failing:
            return 500, b""
        self.replies[correlation][identifier] += 1
        self.late[correlation] = f"{field('Result', body)} {field('code', body) or ''}".strip()
        return 200, b""
