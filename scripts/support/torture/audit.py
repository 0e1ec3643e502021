"""What has to hold once the bus has come to rest: the journal, the answers and the partner tell the same story."""
import asyncio
import collections
import sqlite3

from messages import PARTNER, SENDER
from senders import FAILED_INSIDE

LIMIT = 5  # faults of one kind that are told


class Audit:
    def __init__(self, path, senders, partner):
        self.path, self.senders, self.partner = path, senders, partner
        self.fine = {"OK", "OK 0.0"} | {f"FAILED {code}" for code in FAILED_INSIDE if senders.may_fail}
        self.faults = collections.defaultdict(list)
        self.tally = collections.Counter()

    def fault(self, what, evidence):
        self.faults[what].append(evidence)

    def open(self):
        return sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=30)

    async def rest(self, deadline):
        """Waits until nothing is pending or open; what is left by then is a fault."""
        loop = asyncio.get_running_loop()
        end = loop.time() + deadline
        left, rested = (), 0
        while loop.time() < end:
            with self.open() as journal:
                left = journal.execute(
                    "SELECT (SELECT count(*) FROM delivery WHERE state = 'pending'),"
                    " (SELECT count(*) FROM message WHERE state = 'open')").fetchone()
            # What was acknowledged lies in the journal's log first, and within half a second in its tables.
            rested = rested + 1 if left == (0, 0) else 0
            if rested == 10:
                return
            await asyncio.sleep(0.1)
        self.fault("not at rest", f"{left[0]} deliveries pending and {left[1]} requests open after {deadline} s")

    def check(self):
        with self.open() as journal:
            for row in journal.execute("PRAGMA integrity_check"):
                if row[0] != "ok":
                    self.fault("integrity_check", row[0])
            self.read(journal)
        for message in self.senders.all.values():
            self.check_message(message)
        self.check_effects()
        for text in self.senders.faults + self.partner.faults:
            self.fault("wrong answer", text)

    def read(self, journal):
        """The entries of our messages by MessageID, and the replies to them by entry."""
        self.live, self.dead = collections.defaultdict(list), collections.defaultdict(list)
        self.replies = collections.defaultdict(list)
        self.deliveries = collections.defaultdict(list)
        self.causes = collections.defaultdict(list)
        # Requests that were answered busy: nothing was done, and the same request sent again is a new one.
        self.failed = set()
        for entry, participant, state in journal.execute("SELECT entry, participant, state FROM delivery"):
            self.deliveries[entry].append((participant, state))
            if state == "dead":
                self.fault("dead delivery", f"entry {entry} for {participant}")
        for entry, code, reason in journal.execute("SELECT entry, code, reason FROM dead_letter"):
            self.causes[entry].append(f"{code} {reason}")
        ours = self.senders.all
        for entry, identifier, sender, state, answers in journal.execute(
                "SELECT entry, message_id, sender, state, answers FROM message ORDER BY entry"):
            if answers is not None:
                self.replies[answers].append((entry, identifier))
            elif identifier in ours:
                if state == "failed":
                    self.failed.add(entry)
                (self.dead if state == "dead" else self.live)[identifier].append(entry)
            elif sender == SENDER:
                self.fault("unknown message", f"entry {entry} of {sender} has MessageID {identifier}")

    def check_message(self, message):
        live, dead = self.live.get(message.id, []), self.dead.get(message.id, [])
        if message.kind.interruptible and len(live) > 1:
            done = [entry for entry in live if entry not in self.failed]
            self.tally["answered busy, then asked again"] += len(live) - max(len(done), 1)
            live = done or live[-1:]
        name = f"{message.kind.name} {message.id}, sent {message.sent} times: entries {live}, dead {dead}"
        for entry in dead:
            # A synchronous request that was cut short is put away; its sender was told nothing and may send it again.
            # What is put away was interrupted, and nothing else.
            if not message.kind.interruptible or entry in self.replies or not self.causes[entry]:
                self.fault("dead without reason", f"{name}; causes {self.causes[entry]}")
            self.tally["interrupted requests put away"] += 1
        if len(live) > 1:
            self.fault("processed twice", name)
        if message.answer is None:
            self.tally["given up: absent" if not live and not dead
                       else "given up: complete" if live else "given up: put away"] += 1
        elif not live:
            self.fault("lost", name)
        for entry in live:
            self.check_entry(message, entry, name)

    def check_entry(self, message, entry, name):
        replies = self.replies.get(entry, [])
        late = [reply for reply in replies if self.deliveries.get(reply[0])]
        direct = [reply for reply in replies if not self.deliveries.get(reply[0])]
        if len(direct) != (1 if message.kind.stored else 0) or len(late) != (1 if message.kind.late else 0):
            self.fault("not complete", f"{name}; direct replies {direct}, late replies {late}")
        if message.kind.stored and message.answer is not None and [message.told] != [told for _, told in direct]:
            self.fault("another reply", f"{name}: told {message.told}, the journal has {direct}")
        told = self.partner.replies.get(message.id, {})
        if set(told) != {identifier for _, identifier in late}:
            self.fault("late reply", f"{name}: the sender got {dict(told)}, the journal has {late}")
        elif told and self.partner.late[message.id] not in self.fine:
            self.fault("late reply", f"{name}: the sender got {self.partner.late[message.id]}")
        if message.kind.partner:
            if self.partner.effects[message.id] != 1:
                self.fault("effect", f"{name}: {self.partner.effects[message.id]} effects at {PARTNER}")
        self.tally["late replies delivered more than once"] += sum(count > 1 for count in told.values())

    def check_effects(self):
        for group, count in self.partner.effects.items():
            message = self.senders.all.get(group)
            if message is None or not message.kind.partner:
                self.fault("effect", f"the partner was told of {group}, which nobody sent")
            elif count != 1:
                self.fault("effect", f"{message.kind.name} {group} had {count} effects")
            elif not self.live.get(group) and not self.dead.get(group):
                self.fault("effect", f"{message.kind.name} {group} had an effect and is not in the journal")
        self.tally["messages the partner got more than once"] = sum(n > 1 for n in self.partner.deliveries.values())

    def evidence(self):
        lines = []
        for what, found in self.faults.items():
            lines += [f"FAIL  {what}: {len(found)}"] + [f"      {text}" for text in found[:LIMIT]]
        return "\n".join(lines)
