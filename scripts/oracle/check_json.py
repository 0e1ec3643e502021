#!/usr/bin/env python3
"""Judges `busbar convert` and `busbar schema export --json-schema` with Python's json, jsonschema and xml.etree.

Run by scripts/oracle/check-json, which installs jsonschema. BUSBAR names the binary.
"""
import decimal
import json
import os
import pathlib
import subprocess
import sys
import tempfile
from xml.etree import ElementTree

from jsonschema import Draft202012Validator

root = pathlib.Path(__file__).resolve().parent.parent.parent
samples = pathlib.Path(os.environ.get("BUSBAR_SAMPLES", root.parent / "shared/samples"))
busbar = os.environ.get("BUSBAR", str(root / ".build/release/busbar"))
XSI = "http://www.w3.org/2001/XMLSchema-instance"
# Mutated documents that `busbar convert` is asked about as well: each costs a start of the program.
ASKED = 200
failures = []
counts = {"samples": 0, "payloads": 0, "mutations": 0, "asked": 0}


def fail(what, message):
    failures.append(f"{what}: {message}")


def convert(text):
    run = subprocess.run([busbar, "convert", "-"], input=text, capture_output=True, timeout=60)
    if run.returncode not in (0, 1):
        fail("busbar convert", f"ended with {run.returncode}: {run.stderr.decode(errors='replace')[:300]}")
    return run.stdout if run.returncode == 0 else None


def unique(pairs):
    names = [name for name, _ in pairs]
    if len(names) != len(set(names)):
        raise ValueError(f"a name stands twice: {names}")
    return dict(pairs)


def canonical(xml):
    return ElementTree.canonicalize(
        xml.decode("utf-8-sig"), strip_text=True, rewrite_prefixes=True,
        exclude_attrs=[f"{{{XSI}}}schemaLocation", f"{{{XSI}}}noNamespaceSchemaLocation"])


def load(text):
    return json.loads(text, object_pairs_hook=unique, parse_float=decimal.Decimal)


# 1. Every schema is one.
schemas = {}
with tempfile.TemporaryDirectory() as folder:
    subprocess.run([busbar, "schema", "export", "--json-schema", folder], check=True, timeout=120)
    for path in sorted(pathlib.Path(folder).glob("*.schema.json")):
        schema = load(path.read_text(encoding="utf-8"))
        Draft202012Validator.check_schema(schema)
        schemas[path.name.removesuffix(".schema.json")] = schema
print(f"{len(schemas)} JSON Schemas of draft 2020-12")
if len(schemas) < 38:
    fail("schemas", f"only {len(schemas)} roots; Part 9 has 33, the envelope 5")
validators = {name: Draft202012Validator(schema) for name, schema in schemas.items()}


def documents(node):
    """The document itself and all documents in it: payloads."""
    if isinstance(node, dict):
        names = [name for name in node if name != "$namespace"]
        if "$namespace" in node and len(names) == 1 and names[0] in schemas:
            const = schemas[names[0]]["properties"]["$namespace"]["const"]
            if node["$namespace"] == const:
                yield names[0], node
        for name, child in node.items():
            # Strongly typed messages declare their payload, so that it does not say its namespace.
            if name == "Payload" and isinstance(child, dict):
                for noun in child.keys() & schemas.keys():
                    namespace = schemas[noun]["properties"]["$namespace"]["const"]
                    yield noun, {"$namespace": namespace, noun: child[noun]}
            yield from documents(child)
    elif isinstance(node, list):
        for child in node:
            yield from documents(child)


def mutations(schema, whole, node, replace):
    """Yields (what, mutated copy of the document) along schema and instance; `replace` puts a value in node's place."""
    while "$ref" in schema:
        schema = whole["$defs"][schema["$ref"].removeprefix("#/$defs/")]
    if isinstance(node, dict) and "properties" in schema:
        for key in schema.get("required", []) + schema.get("else", {}).get("required", []):
            if key in node and "#items" not in node:
                yield f"without '{key}'", replace({k: v for k, v in node.items() if k != key})
        yield "with an unknown property", replace({**node, "noSuchProperty": 1})
        if "#text" not in schema["properties"]:
            yield "a string in place of an object", replace("text")
        for key, value in node.items():
            if key in schema["properties"]:
                yield from mutations(schema["properties"][key], whole, value, lambda v, k=key: replace({**node, k: v}))
    elif schema.get("type") == "array" and isinstance(node, list):
        yield "one in place of an array", replace(node[0])
        yield "an empty array", replace([])
        for index, item in list(enumerate(node))[:2]:
            yield from mutations(schema.get("items", {}), whole, item,
                                 lambda v, i=index: replace(node[:i] + [v] + node[i + 1:]))
    elif isinstance(node, (str, bool, int, decimal.Decimal)) and ("type" in schema or "enum" in schema):
        yield "an array in place of a value", replace([node])
        yield "null in place of a value", replace(None)
        if "enum" in schema:
            yield "a value not in the enumeration", replace("no such value")
        elif "pattern" in schema:
            yield "a value of another type", replace("no such value!")


# Written by the exact rules of the mapping, which the reader is more tolerant than.
TOLERATED = ("an empty array",)


def check(name, xml):
    text = convert(xml)
    if text is None:
        return
    counts["samples"] += 1
    document = load(text)
    back = convert(text)
    if back is None:
        fail(name, "its JSON does not come back as XML")
    elif canonical(back) != canonical(xml):
        fail(name, "comes back as other XML")
    for noun, part in documents(document):
        counts["payloads"] += 1
        for error in validators[noun].iter_errors(part):
            fail(name, f"{noun}: {error.json_path}: {error.message[:200]}")
        for what, mutated in mutations(schemas[noun], schemas[noun], part, lambda value: value):
            if not isinstance(mutated, dict):
                continue
            counts["mutations"] += 1
            if validators[noun].is_valid(mutated):
                fail(name, f"{noun} {what} is still valid by its JSON Schema: {json.dumps(mutated, default=str)[:300]}")
            if what not in TOLERATED and counts["mutations"] % 3 == 0 and counts["asked"] < ASKED:
                counts["asked"] += 1
                if convert(json.dumps(mutated, default=float).encode()) is not None:
                    fail(name, f"{noun} {what} is taken by busbar: {json.dumps(mutated, default=str)[:300]}")


if not (samples / "part9").is_dir():
    print(f"skipped: no samples at {os.path.relpath(samples, root)}")
else:
    for part in ("part9", "envelope"):
        for path in sorted((samples / part).glob("*.xml")):
            check(path.name, path.read_bytes())
    if counts["samples"] < 20 or counts["payloads"] < 15 or counts["mutations"] < 500:
        fail("samples", f"too few to say anything: {counts}")
    print("{samples} valid samples, {payloads} documents in them, {mutations} mutations refused by jsonschema, "
          "{asked} of them shown to busbar".format(**counts))
for failure in failures[:100]:
    print(failure)
print(f"{len(failures)} differences")
sys.exit(1 if failures else 0)
