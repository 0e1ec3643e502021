"""Compares the shapes of Profiles/Part5 and Part6 with tables taken from schemas in use: every path, how often it may
occur, and the values of its enumeration. One line per difference; exit code 0 none, 1 some.

  python3 scripts/oracle/shapes.py FACTS    the folder with part5_flat.tsv and part6_flat.tsv
"""
import csv
import pathlib
import sys
import xml.etree.ElementTree as ET

XS = "{http://www.w3.org/2001/XMLSchema}"
root = pathlib.Path(__file__).resolve().parent.parent.parent
# The form of each noun in which what a verb may leave out is optional.
FORMS = {
    5: ["change__DERGroups", "create__DERGroupDispatches", "create__DERGroupForecasts", "change__DERGroupStatuses",
        "get__DERGroupQueries", "get__DERGroupStatusQueries", "get__DERGroupForecastQueries"],
    6: ["change__WorkRequests", "change__MaintenanceOrders", "CimDelete__ServiceOrders", "GetWorkRequests",
        "GetMaintenanceOrders", "GetServiceOrders"],
}
# Another form of the same noun has it, so that some messages bring it.
MORE = {"CimDelete__ServiceOrders": "create__ServiceOrders"}


def components(path, found):
    """Global components of a schema and of all it includes, by name."""
    path = path.resolve()
    if path in found["files"]:
        return found
    found["files"].add(path)
    for node in ET.parse(path).getroot():
        if node.tag == XS + "include":
            components(path.parent / node.get("schemaLocation"), found)
        elif node.get("name"):
            found[node.tag[len(XS):], node.get("name")] = node
    return found


def flatten(node, path, found, rows):
    low = node.get("minOccurs", "1")
    high = node.get("maxOccurs", "1").replace("unbounded", "*")
    name = node.get("type", "")
    simple = found.get(("simpleType", name))
    values = [] if simple is None else [v.get("value") for v in simple.iter(XS + "enumeration")]
    rows[path] = f"{low}..{high}", "|".join(sorted(values))
    body = found.get(("complexType", name), node.find(XS + "complexType"))
    if body is None:
        return
    for child in body.findall(f"{XS}sequence/{XS}element"):
        flatten(child, f"{path}/{child.get('name')}", found, rows)
    for child in body.findall(XS + "attribute"):
        rows[f"{path}/@{child.get('name')}"] = child.get("use", "optional"), ""


def wanted(table, form):
    rows = {}
    for name in [MORE.get(form), form]:
        for row in table:
            if row["file"] == f"{name}.xsd":
                values = "|".join(sorted(row["enumeration"].split("|")))
                rows[row["path"]] = row["cardinality"], values
    return rows


count, differences = 0, 0
for part, forms in FORMS.items():
    with open(pathlib.Path(sys.argv[1]) / f"part{part}_flat.tsv", encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    for form in forms:
        noun = form.split("__")[-1]
        found = components(root / f"Profiles/Part{part}/{noun}.xsd", {"files": set()})
        ours = {}
        flatten(found["element", noun], "/" + noun, found, ours)
        theirs = wanted(table, form)
        for path in sorted(ours.keys() | theirs.keys()):
            count += 1
            if ours.get(path) != theirs.get(path):
                differences += 1
                print(f"{path}: ours {ours.get(path)}, in use {theirs.get(path)}")
        order = [p for p in theirs if p in ours]
        if not MORE.get(form) and order != list(ours):
            differences += 1
            print(f"{noun}: the order of the elements differs")
print(f"{'shapes of Parts 5 and 6':<28} {count:4} checks")
sys.exit(1 if differences else 0)
