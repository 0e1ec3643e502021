"""A seeded mutator of XML documents, of their trees and of their text: what scripts/differential feeds to the judges."""
import copy
import re
import xml.etree.ElementTree as ET

VALUES = ["", " ", "x", "0", "-1", "1.5", "+1", "1e5", "1E", "INF", "NaN", "true", "TRUE", "1", "false ", " 5 ", "٣",
          "2026-11-21T00:00:00Z", "2026-11-21T24:00:00", "2026-11-21T00:00:00.1234567+14:00", "2026-02-30T00:00:00Z",
          "2026-11-21 00:00:00", "-0001-01-01T00:00:00Z", "0000-01-01T00:00:00Z", "12026-01-01T00:00:00Z", "24:00:00",
          "12:30:00+01:00", "2026-11-21", "2026-11-21Z", "billing", "Billing", "A", "ABCN", "electricity", "create",
          "created", "OK", "FATAL", "a:b", "http://a b", "]]", "&", "<", "\t", "\n", "1" * 40, "0.1" + "0" * 40]
XSI = "http://www.w3.org/2001/XMLSchema-instance"
TYPES = ["string", "xs:string", "xsd:dateTime", "MeterReading", "m:MeterReading", "ns0:Reading", "nowhere:Type", "", ":"]


def local(tag):
    return tag.split("}")[-1]


class Mutator:
    """All choices come from one random generator, so that a seed names a run."""

    def __init__(self, chance):
        self.chance = chance

    def late(self, count):
        """A place among `count`, more often near the end: caches are warm there."""
        return max(self.chance.randrange(count), self.chance.randrange(count)) if count > 200 else self.chance.randrange(count)

    # Trees

    def tree(self, root):
        """Changes one thing of a tree in place."""
        chance = self.chance
        nodes = list(root.iter())
        parents = {child: parent for parent in nodes for child in parent}
        node = nodes[self.late(len(nodes))]
        parent = parents.get(node)
        kind = chance.randrange(14)
        if kind == 0 and parent is not None:
            parent.remove(node)
        elif kind == 1 and parent is not None:
            parent.insert(list(parent).index(node), copy.deepcopy(node))
        elif kind == 2 and len(node) > 1:
            i, j = chance.sample(range(len(node)), 2)
            node[i], node[j] = node[j], node[i]
        elif kind == 3:
            node.tag = node.tag.replace(local(node.tag), local(chance.choice(nodes).tag))
        elif kind == 4:
            node.tag = chance.choice([local(node.tag), "{urn:x}" + local(node.tag), chance.choice(nodes).tag])
        elif kind in (5, 6, 7):
            leaves = [n for n in nodes if len(n) == 0] or [node]
            leaves[self.late(len(leaves))].text = chance.choice(VALUES)
        elif kind == 8:
            node.set(chance.choice(["ref", "kind", "idType", "x", "{urn:x}y"]), chance.choice(VALUES))
        elif kind == 9 and node.attrib:
            del node.attrib[chance.choice(list(node.attrib))]
        elif kind == 10:
            other = chance.choice(nodes)
            if other is not node and node not in list(other.iter()) and sum(1 for _ in other.iter()) < 500:
                node.insert(chance.randrange(len(node) + 1), copy.deepcopy(other))
        elif kind == 11:
            node.set("{%s}nil" % XSI, chance.choice(["true", "false", "1", " true ", "yes", ""]))
        elif kind == 12:
            node.set("{%s}type" % XSI, chance.choice(TYPES))
        else:
            node.tail = chance.choice([" ", "\n", "text", None])

    def enlarged(self, root, count):
        """A copy in which one element with children, of the kind that lists hold, stands `count` times in a row."""
        root = copy.deepcopy(root)
        candidates = [(p, c) for p in root.iter() for c in p if len(c) and sum(1 for _ in c.iter()) < 40]
        if not candidates:
            return root
        named = [pair for pair in candidates if local(pair[1].tag) in ("Readings", "IntervalReadings", "MeterReading")]
        parent, child = self.chance.choice(named or candidates)
        place = list(parent).index(child)
        for _ in range(count):
            parent.insert(place, copy.deepcopy(child))
        return root

    # Text

    def text(self, data):
        """Changes one thing of a document's text: most results are still well-formed, some are not."""
        chance = self.chance
        kind = chance.choice([self.space, self.space, self.insertion, self.insertion, self.reference, self.cdata,
                              self.rename, self.swap, self.prefix, self.declaration, self.attribute, self.bytes,
                              self.duplicate, self.cut, self.quotes])
        return kind(data)

    def gaps(self, data):
        """Places between tags."""
        return [m.start() + 1 for m in re.finditer(rb">(?=[^>]*<)", data)] or [0]

    def tags(self, data):
        return list(re.finditer(rb"<(/?)([A-Za-z_][\w.:-]*)((?:\s[^<>]*?)?)(/?)>", data))

    def leaves(self, data):
        return list(re.finditer(rb">([^<>&]+)<", data))

    def put(self, data, place, piece):
        return data[:place] + piece + data[place:]

    def space(self, data):
        white = self.chance.choice([b" ", b"\n", b"\r\n", b"\t", b"\r", b"\n\n    ", b" " * 300])
        tags = self.tags(data)
        if tags and self.chance.random() < 0.5:
            # Inside a tag: before ">", where white space means nothing.
            tag = tags[self.late(len(tags))]
            return self.put(data, tag.end() - 1 - len(tag[4]), white)
        gaps = self.gaps(data)
        return self.put(data, gaps[self.late(len(gaps))], white)

    def insertion(self, data):
        piece = self.chance.choice([b"<!-- c -->", b"<!---->", b"<!-- <x> & -->", b"<?pi data?>", b"<?pi?>", b"<?xml x?>",
                                    b"<!-- -- -->", b"<![CDATA[]]>", b"<![CDATA[ ]]>", b"&#32;", b"&#x20;", b"&#9;",
                                    b"&amp;", b"&#0;", b"&lt;", b"&nbsp;", b"&#xD800;", b"\xc2\x85", b"\xe2\x80\xa8",
                                    b"\xef\xbb\xbf", b"\x00", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80",
                                    b"\xef\xbf\xbe", b"\x7f", b"]]>", b"x"])
        leaves = self.leaves(data)
        if leaves and self.chance.random() < 0.5:
            leaf = leaves[self.late(len(leaves))]
            return self.put(data, self.chance.randint(leaf.start(1), leaf.end(1)), piece)
        gaps = self.gaps(data)
        return self.put(data, gaps[self.late(len(gaps))], piece)

    def reference(self, data):
        """Writes a character of a value as a reference: means the same."""
        leaves = [m for m in self.leaves(data) if m[1].strip()]
        if not leaves:
            return data
        leaf = leaves[self.late(len(leaves))]
        place = self.chance.randrange(leaf.start(1), leaf.end(1))
        if data[place] >= 0x80:
            return data
        form = self.chance.choice([b"&#%d;", b"&#x%x;", b"&#0%d;", b"&#x%X"])
        return data[:place] + form % data[place] + data[place + 1:]

    def cdata(self, data):
        """Writes a part of a value as CDATA: means the same."""
        leaves = self.leaves(data)
        if not leaves:
            return data
        leaf = leaves[self.late(len(leaves))]
        start, end = sorted(self.chance.randint(leaf.start(1), leaf.end(1)) for _ in range(2))
        return data[:start] + b"<![CDATA[" + data[start:end] + b"]]>" + data[end:]

    def rename(self, data):
        """Renames one tag, start or end: mostly no longer well-formed."""
        tags = self.tags(data)
        if not tags:
            return data
        one, other = tags[self.late(len(tags))], self.chance.choice(tags)
        name = self.chance.choice([other[2], one[2] + b"x", one[2][:-1] or b"a", one[2].swapcase()])
        return data[:one.start(2)] + name + data[one.end(2):]

    def swap(self, data):
        tags = self.tags(data)
        if len(tags) < 2:
            return data
        i = self.late(len(tags) - 1)
        a, b = tags[i], tags[i + 1]
        return data[:a.start()] + b[0] + data[a.end():b.start()] + a[0] + data[b.end():]

    def prefix(self, data):
        """Gives an element another prefix, with its declaration or without."""
        pairs = list(re.finditer(rb"<((?:\w+:)?)(\w+)((?:\s[^<>]*?)?)>([^<>]*)</\1\2\s*>", data))
        if not pairs:
            return data
        pair = pairs[self.late(len(pairs))]
        uris = re.findall(rb"xmlns(?::\w+)?=[\"']([^\"']+)", data) or [b"urn:x"]
        own = b' xmlns:q="%s"' % self.chance.choice(uris) if self.chance.random() < 0.8 else b""
        return (data[:pair.start()] + b"<q:" + pair[2] + own + pair[3] + b">" + pair[4] + b"</q:" + pair[2] + b">" +
                data[pair.end():])

    def declaration(self, data):
        """Declares a namespace at some element: its own again, another, none, or one of the reserved."""
        tags = [t for t in self.tags(data) if not t[1]]
        if not tags:
            return data
        tag = tags[self.late(len(tags))]
        uris = re.findall(rb"xmlns(?::\w+)?=[\"']([^\"']+)", data) + [
            b"", b"urn:x", b"http://www.w3.org/2000/xmlns/", b"http://www.w3.org/XML/1998/namespace"]
        name = self.chance.choice([b"xmlns", b"xmlns", b"xmlns:m", b"xmlns:ns0", b"xmlns:ns1", b"xmlns:xml", b"xmlns:xmlns"])
        return self.put(data, tag.end(2), b' %s="%s"' % (name, self.chance.choice(uris)))

    def attribute(self, data):
        tags = [t for t in self.tags(data) if not t[1]]
        if not tags:
            return data
        tag = tags[self.late(len(tags))]
        piece = self.chance.choice([
            b' xsi:nil="true"', b' xmlns:xsi="%s" xsi:nil="true"' % XSI.encode(), b' ref="a"', b' ref="a" ref="b"',
            b' xmlns:a="u" xmlns:b="u" a:x="1" b:x="2"', b' xml:lang="en"', b' xml:space="preserve"', b" a=b", b" a",
            b' xmlns:xsi="%s" xsi:type="x"' % XSI.encode(), b' xmlns:i="%s" i:schemaLocation="a b"' % XSI.encode(),
            b' xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:i="%s" i:type="xs:string"' % XSI.encode(), b' a="<"',
            b' a="&lt;"', b' a="&#10;"', b' a="1"b="2"', b' idType="x"'])
        return self.put(data, tag.end(2), piece)

    def bytes(self, data):
        data = bytearray(data)
        for _ in range(self.chance.randint(1, 2)):
            place = self.late(len(data))
            action = self.chance.randrange(4)
            if action == 0:
                del data[place]
            elif action == 1:
                data[place] = self.chance.choice(b"<>&\"'/= \x00\x80\xffaZ:#;")
            elif action == 2:
                data[place] ^= 1 << self.chance.randrange(8)
            else:
                data.insert(place, self.chance.choice(b"<>&\"'/= !?-]:"))
        return bytes(data)

    def duplicate(self, data):
        start = self.late(len(data))
        piece = data[start:start + self.chance.choice([1, 2, 5, 20, 100])]
        return self.put(data, start, piece)

    def cut(self, data):
        start = self.late(len(data))
        length = len(data) if self.chance.random() < 0.3 else self.chance.choice([1, 2, 5, 20, 100])
        return data[:start] + data[start + length:]

    def quotes(self, data):
        """Other quotes around an attribute's value: mostly means the same."""
        found = list(re.finditer(rb"=\"([^\"']*)\"", data))
        if not found:
            return data
        one = found[self.late(len(found))]
        return data[:one.start()] + self.chance.choice([b" = '%s'", b"='%s'", b"='%s' ", b"='%s\""]) % one[1] + data[one.end():]


def serialised(tree):
    """Bytes of a tree, or None where it cannot be written."""
    try:
        return ET.tostring(tree, encoding="utf-8")
    except (ValueError, TypeError):
        return None
