#!/usr/bin/env python3
"""Writes the compressed fixtures with Python's gzip and zlib, an implementation that is not ours."""
import gzip
import pathlib
import struct
import zlib

here = pathlib.Path(__file__).resolve().parent
text = "".join(f"<value>{n * 7919 % 10007}</value>\n" for n in range(2000)).encode()


def member(data):
    return gzip.compress(data, mtime=0)


def write(name, data):
    (here / name).write_bytes(data)


good = member(text)
write("plain.txt", text)
write("plain.gz", good)
write("two_members.gz", member(text[:9000]) + member(text[9000:]))
write("empty_member.gz", member(b"") + good)
write("zero_padded.gz", good + bytes(1000))
write("garbage_behind.gz", good + b"and something else")
write("magic_behind.gz", good + b"\x1f\x8b nothing sound")
write("zeros_and_garbage.gz", good + bytes(10) + b"x")
write("truncated.gz", good[: len(good) // 2])
write("without_trailer.gz", good[:-8])
write("checksum_wrong.gz", good[:-8] + struct.pack("<I", zlib.crc32(text) ^ 1) + good[-4:])
write("length_wrong.gz", good[:-4] + struct.pack("<I", len(text) + 1))
write("bits_wrong.gz", good[:200] + bytes([good[200] ^ 0xFF]) + good[201:])
write("header_only.gz", good[:6])
# Name, comment and extra field, as gzip(1) and others write them.
write("all_fields.gz", b"\x1f\x8b\x08\x1c" + bytes(4) + b"\x00\x03" + struct.pack("<H", 4) + b"abcd" + b"plain.txt\0"
      + b"a comment\0" + good[10:])
write("plain.zlib", zlib.compress(text))
deflater = zlib.compressobj(wbits=-15)
write("plain.deflate", deflater.compress(text) + deflater.flush())
# 64 MiB of zeros in 64 KiB, and a bomb in two members, each below the free size.
write("bomb.gz", gzip.compress(bytes(64 << 20), 9, mtime=0))
write("many_bombs.gz", gzip.compress(bytes(900_000), 9, mtime=0) * 20)
