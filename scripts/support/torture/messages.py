"""The messages of the torture test: what is sent, and what may be expected of each."""
import random
import re
import uuid

NAMESPACE = "http://iec.ch/TC57/2011/schema/message"
PARTNER = "HES"    # answers requests and is told of events, at an endpoint of the test's
SENDER = "CIS-001"  # sends, and takes late replies

READINGS = ('<GetMeterReadings xmlns="http://iec.ch/TC57/2011/GetMeterReadings#"><EndDevice><Names>'
            "<name>MTR-00000001</name></Names></EndDevice></GetMeterReadings>")
GASP = ('<EndDeviceEvents xmlns="http://iec.ch/TC57/2011/EndDeviceEvents#"><EndDeviceEvent><mRID>{id}</mRID>'
        "<createdDateTime>2026-11-21T00:00:00Z</createdDateTime>"
        "<Assets><Names><name>MTR-00000001</name></Names></Assets>"
        '<EndDeviceEventType ref="3.26.0.85"/></EndDeviceEvent></EndDeviceEvents>')
GROUP = ('<EndDeviceGroups xmlns="http://iec.ch/TC57/2011/EndDeviceGroups#"><EndDeviceGroup><mRID>{id}</mRID>'
         "</EndDeviceGroup></EndDeviceGroups>")


class Kind:
    """One kind of message.

    `asks`: a request; `late`: its reply comes later, to the address of the sender; `stored`: what its sender is told is
    kept and told again word for word; `partner`: it has an effect at the partner.
    """

    def __init__(self, name, share, verb, noun, content, late=False, acknowledged=False, partner=False):
        self.name, self.share, self.verb, self.noun, self.content = name, share, verb, noun, content
        self.asks = verb in ("get", "create")
        self.late, self.partner, self.acknowledged = late, partner, acknowledged
        self.stored = self.asks or acknowledged
        self.interruptible = self.asks and not late


KINDS = [
    Kind("get", 25, "get", "MeterReadings", READINGS),
    Kind("late get", 5, "get", "MeterReadings", READINGS, late=True),
    Kind("event", 20, "created", "EndDeviceEvents", GASP),
    Kind("acknowledged event", 10, "created", "EndDeviceEvents", GASP, acknowledged=True),
    Kind("order", 15, "create", "EndDeviceGroups", GROUP, partner=True),
    Kind("late order", 15, "create", "EndDeviceGroups", GROUP, late=True, partner=True),
    Kind("notice", 10, "changed", "EndDeviceGroups", GROUP, partner=True),
]


class Message:
    """One message and what has become of it; the same bytes every time it is sent."""

    __slots__ = ("id", "kind", "answer", "told", "sent")

    def __init__(self, identifier, kind):
        self.id, self.kind = identifier, kind
        self.answer = None  # what its sender was told first; None: nothing yet
        self.told = None    # the MessageID of that reply
        self.sent = 0

    def body(self, reply_address):
        kind = self.kind
        flags = "<AckRequired>true</AckRequired>" if kind.acknowledged else ""
        if kind.late:
            flags = f"<AsyncReplyFlag>true</AsyncReplyFlag><ReplyAddress>{reply_address}</ReplyAddress>"
        root = "RequestMessage" if kind.asks else "EventMessage"
        place = "Request" if kind.verb == "get" else "Payload"
        return (f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{NAMESPACE}"><Header><Verb>{kind.verb}</Verb>'
                f"<Noun>{kind.noun}</Noun><Timestamp>2026-11-21T00:00:00Z</Timestamp><Source>{SENDER}</Source>{flags}"
                f"<MessageID>{self.id}</MessageID><CorrelationID>{self.id}</CorrelationID></Header>"
                f"<{place}>{kind.content.format(id=self.id)}</{place}></{root}>").encode()

    def essence(self, answer):
        """What has to be equal in the answers to all copies of this message."""
        if self.kind.stored:
            return answer
        return b" ".join(re.findall(rb"<(?:Result|code)>[^<]*", answer))


class Source:
    """New messages, drawn from a seed."""

    def __init__(self, seed, has_partner):
        self.chance = random.Random(f"messages {seed}")
        self.kinds = [kind for kind in KINDS if has_partner or not kind.partner]
        self.shares = [kind.share for kind in self.kinds]

    def message(self):
        identifier = str(uuid.UUID(int=self.chance.getrandbits(128), version=4))
        return Message(identifier, self.chance.choices(self.kinds, self.shares)[0])
