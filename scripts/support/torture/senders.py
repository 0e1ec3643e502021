"""The senders: what is sent, what was acknowledged, and what is sent again."""
import asyncio
import collections
import random

from messages import Source
from partner import field
from wire import Client, Cut


FAILED_INSIDE = ("5.1", "5.2")


class Senders:
    """Sends messages to whichever server runs until it is told to stop.

    A message whose answer did not come is sent again, the same bytes, until it is acknowledged; the share `abandon` is
    given up instead, as by a sender that has crashed itself. One message in twenty is an acknowledged one, once more.
    """

    def __init__(self, seed, count, reply_address, has_partner, may_fail, abandon=0.1):
        self.chance = random.Random(f"senders {seed}")
        self.source = Source(seed, has_partner)
        self.count, self.reply_address, self.may_fail, self.abandon = count, reply_address, may_fail, abandon
        self.all = {}                        # by MessageID
        self.acknowledged = []
        self.again = collections.deque()     # cut off or refused: to be sent again
        self.tally = collections.Counter()
        self.faults = []
        self.running = False
        self.fresh = True                    # whether new messages are made
        self.busy = 0

    def start(self, host, port):
        self.running = self.fresh = True
        return [asyncio.create_task(self.send(Client(host, port))) for _ in range(self.count)]

    def next(self):
        if self.again and (not self.fresh or self.chance.random() < 0.5):
            return self.again.popleft()
        if not self.fresh:
            return None
        if self.acknowledged and self.chance.random() < 0.05:
            return self.chance.choice(self.acknowledged[-2000:])
        message = self.source.message()
        self.all[message.id] = message
        return message

    async def send(self, client):
        while self.running:
            message = self.next()
            if message is None:
                await asyncio.sleep(0.02)
                continue
            self.busy += 1
            try:
                await self.exchange(client, message)
            finally:
                self.busy -= 1
        client.close()

    async def exchange(self, client, message):
        try:
            message.sent += 1
            status, answer = await client.post("/messages", message.body(self.reply_address))
        except Cut:
            self.tally["cut off"] += 1
            if message.answer is None and self.chance.random() >= self.abandon:
                self.again.append(message)
            await asyncio.sleep(0.01)
            return
        except TimeoutError:
            self.faults.append(f"no answer within {client.deadline} s to {message.kind.name} {message.id}")
            self.again.append(message)
            return
        if status in (200, 202) and b"<Result>OK</Result>" in answer:
            self.acknowledge(message, answer)
        elif status == 200 and self.may_fail and field("code", answer) in FAILED_INSIDE:
            # Its own request was stored, one that the MDM had to send for it was not. A busy answer says "ask again": the
            # bus takes the same request for a new one then, so that this is no acknowledgement.
            self.tally["answered FAILED for a message within"] += message.answer is None
            if message.answer is None:
                self.again.append(message)
            else:
                self.faults.append(f"{message.kind.name} {message.id} was acknowledged, and answered {answer[:500]!r} "
                                   "when it was sent again")
            await asyncio.sleep(0.05)
        elif status == 503 or status == 500 and self.may_fail:
            self.tally[f"refused with {status} {field('code', answer) or ''}".strip()] += 1
            if message.answer is None:
                self.again.append(message)
            await asyncio.sleep(0.05)
        else:
            self.faults.append(f"{message.kind.name} {message.id}, sent {message.sent} times, was answered {status}: "
                               f"{answer[:500]!r}")

    def acknowledge(self, message, answer):
        essence = message.essence(answer)
        if message.answer is None:
            message.answer = essence
            message.told = field("MessageID", answer)
            self.acknowledged.append(message)
            self.tally["acknowledged"] += 1
            if message.sent > 1:
                self.tally["acknowledged after it was sent again"] += 1
            return
        self.tally["sent again though acknowledged"] += 1
        if essence != message.answer:
            self.faults.append(f"{message.kind.name} {message.id} was answered anew when it was sent again:\n"
                               f"  first {message.answer[:700]!r}\n  then  {essence[:700]!r}")

    async def drain(self, deadline, process):
        """Sends again what is left, without new messages, for as long as the server runs."""
        self.fresh = False
        loop = asyncio.get_running_loop()
        end = loop.time() + deadline
        while (self.again or self.busy) and process.returncode is None and loop.time() < end:
            await asyncio.sleep(0.02)
        return not self.again and not self.busy
