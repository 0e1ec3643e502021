"""The judges that scripts/differential compares: busbar, Busbar's decoder alone, the JDK's Xerces and libxml2.

A verdict is (verdict, reasons): "valid", "invalid" or "unreadable", and what the judge found, first things first.
"""
import json
import pathlib
import re
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parent.parent.parent


def run(command, codes=(0, 1), timeout=1800):
    done = subprocess.run(command, capture_output=True, timeout=timeout)
    if done.returncode not in codes:
        sys.exit(f"{command[0]} ended with {done.returncode}: {done.stderr[-3000:].decode(errors='replace')}")
    return done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")


# Lines are split at "\\n" alone below: what Python's splitlines takes for line ends besides occurs in the reasons.
def pieces(files, size=500):
    for start in range(0, len(files), size):
        yield [str(f) for f in files[start:start + size]]


def busbar(binary, files):
    """The rows of `busbar validate` by file; the caller picks the envelope's verdict or the payload's."""
    rows = {}
    for some in pieces(files):
        for line in run([binary, "validate", "--format", "json", *some])[0].split("\n"):
            if not line:
                continue
            row = json.loads(line)
            rows[row["file"]] = row
    return rows


def of_row(row, part):
    """Busbar's verdict on the envelope or on a payload that stands alone."""
    reasons = [f"{v['rule']} {v['message']}" for v in row["violations"]]
    if row["verdict"] == "unreadable":
        return "unreadable", [r for r in reasons if r.startswith(("xml.", "limit."))]
    if (part == "payload" and row["envelope"] is None) or row[part] is None:
        verdict = row["verdict"]
    else:
        verdict = row[part]["verdict"]
    # The other part may have its own.
    return verdict, [] if verdict == "valid" else reasons


def cases_text(groups):
    """The list that Xerces and the decoder alone work off: groups of schemas and the instances they judge."""
    lines = []
    for schemas, instances in groups:
        lines.append("\t".join(["schema", *map(str, schemas)]))
        lines += [f"instance\t{file}" for file in instances]
    return "\n".join(lines) + "\n"


def by_cases(command, groups, folder):
    """(kind, file) to verdict, of a judge that takes a list of cases."""
    list_file = folder / "cases.tsv"
    list_file.write_text(cases_text(groups))
    verdicts = {}
    for line in run([*command, str(list_file)])[0].split("\n"):
        if not line:
            continue
        kind, verdict, file, *reasons = line.split("\t")
        verdicts[kind, file] = verdict, [r for r in reasons if r]
    return verdicts


def xerces(groups, folder):
    program = str(root / "scripts/oracle/XercesOracle.java")
    return by_cases(["java", "-Dfile.encoding=UTF-8", program, "--cases"], groups, folder)


def decoder(groups, folder):
    """Busbar's compiler and decoder alone, on any schemas; each document in whole and in pieces."""
    return by_cases([str(root / "scripts/oracle/schema-judge")], groups, folder)


def xmllint(schema, files):
    """The schema's verdict and those of the files, by path; no verdict where it takes too long.

    libxml2 takes one schema: several need a driver that imports them.
    """
    verdicts, of_schema = {}, ("valid", [])
    for some in pieces(files) if files else [["/dev/null"]]:
        try:
            _, errors = run(["xmllint", "--noout", "--nonet", "--schema", str(schema), *some], range(12),
                            120 if files else 5)
        except subprocess.TimeoutExpired:
            # One schema made of groups of groups keeps it for a minute: it then has no say on that one.
            return None, {}
        if re.search(r"^WXS schema .* failed to compile$", errors, re.M):
            lines = [line.split(" error : ", 1)[1] for line in errors.split("\n")
                     if " error : " in line and "/dev/null" not in line]
            return ("invalid", [line[:300] for line in lines[:3]]), {}
        known = set(some)
        found = {file: [] for file in some}
        last = None
        for line in errors.split("\n"):
            if line.endswith(" validates") and line[:-10] in known:
                verdicts[line[:-10]] = "valid", []
            elif line.endswith(" fails to validate") and line[:-18] in known:
                verdicts[line[:-18]] = "invalid", found[line[:-18]]
            else:
                match = re.match(r"(.+?):(\d+): (.*)$", line)
                if match and match[1] in known:
                    last = found[match[1]]
                    last.append(match[3])
                elif last:
                    # A value with line ends in it goes on.
                    last[-1] += "\n" + line
        for file in some:
            verdicts.setdefault(file, ("unreadable", found[file]))
    return of_schema, verdicts


class Differences:
    """The list of differences that are understood: scripts/oracle/differences.tsv.

    An entry explains a difference when judge, kind and both verdicts are its own and both patterns are found: that on
    the side that accepts in its (empty) reasons, that on the side that refuses in every one of its reasons.
    """

    def __init__(self, path):
        self.entries = []
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
            if not line.strip() or line.startswith("#"):
                continue
            fields = line.split("\t")
            if len(fields) != 8:
                sys.exit(f"{path.name}:{number}: {len(fields)} fields instead of 8")
            judge, kind, ours, theirs, our_reason, their_reason, document, why = fields
            self.entries.append({"judge": judge, "kind": kind, "ours": ours, "theirs": theirs, "count": 0, "why": why,
                                 "our": re.compile(our_reason), "their": re.compile(their_reason),
                                 "document": re.compile(document.encode("utf-8"), re.S)})

    def explain(self, judge, kind, ours, theirs, file):
        data = None
        for entry in self.entries:
            if judge not in entry["judge"].split(",") or kind not in entry["kind"].split(","):
                continue
            if entry["ours"] != ours[0] or theirs[0] not in entry["theirs"].split(","):
                continue
            if not all(entry["our"].search(r) for r in ours[1] or [""]):
                continue
            if not all(entry["their"].search(r) for r in theirs[1] or [""]):
                continue
            if data is None:
                data = pathlib.Path(file).read_bytes()
            if entry["document"].search(data):
                entry["count"] += 1
                return entry
        return None
