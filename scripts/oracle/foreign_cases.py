"""Schemas and instances that others wrote: the test cases in the source distribution of the Python package xmlschema."""
import pathlib
import re
import subprocess
import sys
import tarfile

VERSION = "4.3.2"
HINT = re.compile(r"(?:noNamespaceSchemaLocation\s*=\s*[\"']([^\"']+)|[sS]chemaLocation\s*=\s*[\"']([^\"']+))")


def folder(build):
    """The unpacked cases below `build`, fetched the first time; None where they cannot be had."""
    where = build / f"xmlschema-{VERSION}"
    cases = where / "tests/test_cases"
    if cases.exists():
        return where
    fetched = subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", ":all:", "--dest", str(build),
                              f"xmlschema=={VERSION}"], capture_output=True, text=True, timeout=300)
    archive = build / f"xmlschema-{VERSION}.tar.gz"
    if fetched.returncode != 0 or not archive.exists():
        return None
    with tarfile.open(archive) as packed:
        packed.extractall(build, filter="data")
    return where if cases.exists() else None


def groups(where):
    """Every schema with the instances that name it, or that are named like it."""
    schemas = sorted(where.glob("tests/**/*.xsd")) + sorted(where.glob("xmlschema/schemas/**/*.xsd"))
    instances = {schema.resolve(): [] for schema in schemas}
    for file in sorted(where.glob("tests/**/*.xml")):
        schema = schema_of(file)
        if schema in instances:
            instances[schema].append(file)
    return [([schema], instances[schema.resolve()]) for schema in schemas]


def schema_of(file):
    text = file.read_bytes()[:20000].decode("utf-8", "replace")
    for match in HINT.finditer(text):
        # Of pairs of namespace and file, the first file.
        words = (match[1] or match[2]).split()
        for word in words if match[1] else words[1::2]:
            found = (file.parent / word).resolve()
            if "://" not in word and found.exists():
                return found
    stem = re.split(r"[-_.]\d*$", file.stem)[0]
    near = sorted(file.parent.glob("*.xsd"))
    like = [s for s in near if s.stem in (file.stem, stem)] or (near if len(near) == 1 else [])
    return like[0].resolve() if like else None
