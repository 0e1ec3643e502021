"""Checks the bus with zeep, a SOAP client that shares no code with it.

    python test_zeep.py http://127.0.0.1:PORT

Prints one line per check and 'N passed, M failed' last; exit code 1 when a check failed.
"""

import datetime
import sys
import time
import traceback
import urllib.request
import uuid

import zeep
from zeep import xsd
from zeep.exceptions import Fault

MESSAGE = "http://iec.ch/TC57/2011/schema/message"
METER = "MTR-00000001"
DISCONNECT = "3.31.0.23"
DISCONNECTED = "3.31.0.68"
SETTINGS = zeep.Settings(strict=True, xml_huge_tree=False, forbid_dtd=True)

passed = 0
failed = 0
clients = {}


def check(title):
    """Runs the function at once and counts it."""

    def run(function):
        global passed, failed
        try:
            function()
            passed += 1
            print(f"ok    {title}", flush=True)
        except Exception as error:
            failed += 1
            print(f"FAIL  {title}: {type(error).__name__}: {error}", flush=True)
            traceback.print_exc(file=sys.stdout)
        return function

    return run


def client(path):
    if path not in clients:
        clients[path] = zeep.Client(f"{BASE}/{path}?wsdl", settings=SETTINGS)
    return clients[path]


def header(verb, noun, **more):
    identifier = str(uuid.uuid4())
    return {
        "Verb": verb,
        "Noun": noun,
        "Timestamp": datetime.datetime.now(datetime.timezone.utc),
        "Source": "ZEEP",
        "MessageID": identifier,
        "CorrelationID": identifier,
        **more,
    }


def named(name):
    return {"Names": [{"name": name}]}


def codes(reply):
    return [error.code for error in reply.Reply.Error or []]


def local(element):
    return element.tag.rpartition("}")[2]


def meter_names(payload):
    """Names of the meters in the MeterReadings of a payload, whether zeep made objects of them or left XML."""
    names = []
    for value in getattr(payload, "_value_1", None) or []:
        if isinstance(value, dict):
            value = next(iter(value.values()))
        if hasattr(value, "iter"):
            names += [e.text for e in value.iter() if local(e) == "name"]
            continue
        for reading in value.MeterReading:
            names += [name.name for name in (reading.Meter.Names if reading.Meter else [])]
            names += [reading.Meter.mRID] if reading.Meter and reading.Meter.mRID else []
    return names


def wait_until_ready():
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(f"{BASE}/health", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            pass
        if time.monotonic() > deadline:
            print("the bus was not ready within 60 seconds", file=sys.stderr)
            sys.exit(2)
        time.sleep(0.2)


def first_readings(ask):
    """Asks until there is a first reading of the meter: a simulated utility has just been switched on."""
    deadline = time.monotonic() + 30
    while True:
        answer = ask()
        if answer.Reply.Result == "OK" and METER in meter_names(answer.Payload):
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"no readings of {METER}: {answer.Reply}")
        time.sleep(0.5)


BASE = sys.argv[1]
wait_until_ready()

VERSIONS = [("1.1", ""), ("1.2", "12")]


@check("every service that is listed has a WSDL that zeep loads")
def _():
    import json

    with urllib.request.urlopen(f"{BASE}/services", timeout=10) as answer:
        services = json.load(answer)["services"]
    assert len(services) > 10, services
    wanted = ("MeterReadings", "EndDeviceControls", "EndDeviceEvents")
    for service in services:
        if service["name"] != "Generic" and not service["name"].endswith(wanted):
            continue
        path = service["wsdl"].split("/", 3)[3].removesuffix("?wsdl")
        operations = client(path).service._binding._operations
        assert sorted(operations) == sorted(service["operations"]), (service["name"], operations)


for version, suffix in VERSIONS:

    @check(f"SOAP {version}, strongly typed: readings of {METER}")
    def _():
        service = client("services/GetMeterReadings")
        get = service.bind("GetMeterReadings", f"GetMeterReadings_Port{suffix}")

        def ask():
            sent = header("get", "MeterReadings")
            answer = get.GetMeterReadings(
                Header=sent, Request={"GetMeterReadings": {"EndDevice": [named(METER)]}}
            )
            assert answer.Header.CorrelationID == sent["CorrelationID"]
            assert answer.Header.Verb == "reply"
            return answer

        first_readings(ask)

    @check(f"SOAP {version}, generic: readings of {METER}")
    def _():
        service = client("soap")
        generic = service.bind("Generic", f"Generic_Port{suffix}")
        profile = service.get_element("{http://iec.ch/TC57/2011/GetMeterReadings#}GetMeterReadings")

        def ask():
            value = xsd.AnyObject(profile, profile(EndDevice=[named(METER)]))
            return generic.Request({"Header": header("get", "MeterReadings"), "Request": {"_value_1": [value]}})

        first_readings(ask)

    @check(f"SOAP {version}, strongly typed: disconnect a meter ({DISCONNECT})")
    def _():
        service = client("services/RequestEndDeviceControls")
        request = service.bind("RequestEndDeviceControls", f"EndDeviceControls_Port{suffix}")
        control = {"EndDeviceControlType": {"ref": DISCONNECT}, "EndDevices": [named(METER)]}
        sent = header("create", "EndDeviceControls")
        answer = request.CreateEndDeviceControls(
            Header=sent, Payload={"EndDeviceControls": {"EndDeviceControl": [control]}}
        )
        assert answer.Reply.Result == "OK", answer.Reply
        assert answer.Header.CorrelationID == sent["CorrelationID"]

    @check(f"SOAP {version}, strongly typed: publish an event ({DISCONNECTED})")
    def _():
        service = client("services/SendEndDeviceEvents")
        send = service.bind("SendEndDeviceEvents", f"EndDeviceEvents_Port{suffix}")
        event = {
            "createdDateTime": datetime.datetime.now(datetime.timezone.utc),
            "Assets": named(METER),
            "EndDeviceEventType": {"ref": DISCONNECTED},
        }
        answer = send.CreatedEndDeviceEvents(
            Header=header("created", "EndDeviceEvents"), Payload={"EndDeviceEvents": {"EndDeviceEvent": [event]}}
        )
        assert answer.Reply.Result == "OK", answer.Reply

    @check(f"SOAP {version}, generic: publish an event")
    def _():
        service = client("soap")
        generic = service.bind("Generic", f"Generic_Port{suffix}")
        events = service.get_element("{http://iec.ch/TC57/2011/EndDeviceEvents#}EndDeviceEvents")
        event = {
            "createdDateTime": datetime.datetime.now(datetime.timezone.utc),
            "Assets": named(METER),
            "EndDeviceEventType": {"ref": DISCONNECTED},
        }
        value = xsd.AnyObject(events, events(EndDeviceEvent=[event]))
        answer = generic.PublishEvent(
            {"Header": header("created", "EndDeviceEvents"), "Payload": {"_value_1": [value]}}
        )
        assert answer.Reply.Result == "OK", answer.Reply

    @check(f"SOAP {version}: an unknown verb is FAILED 2.9, tied to its request")
    def _():
        service = client("services/RequestEndDeviceControls")
        request = service.bind("RequestEndDeviceControls", f"EndDeviceControls_Port{suffix}")
        sent = header("fetch", "EndDeviceControls")
        answer = request.CreateEndDeviceControls(Header=sent, Payload={"EndDeviceControls": {}})
        assert answer.Reply.Result == "FAILED", answer.Reply
        assert "2.9" in codes(answer), codes(answer)
        assert answer.Header.CorrelationID == sent["CorrelationID"]

    @check(f"SOAP {version}: an unregistered ReplyAddress is FAILED 7.7")
    def _():
        service = client("services/RequestEndDeviceControls")
        request = service.bind("RequestEndDeviceControls", f"EndDeviceControls_Port{suffix}")
        control = {"EndDeviceControlType": {"ref": DISCONNECT}, "EndDevices": [named(METER)]}
        answer = request.CreateEndDeviceControls(
            Header=header(
                "create", "EndDeviceControls", AsyncReplyFlag=True, ReplyAddress="http://127.0.0.1:9/never"
            ),
            Payload={"EndDeviceControls": {"EndDeviceControl": [control]}},
        )
        assert answer.Reply.Result == "FAILED", answer.Reply
        assert "7.7" in codes(answer), codes(answer)

    @check(f"SOAP {version}: a header that must be understood and is not raises a fault with a FaultMessage")
    def _():
        service = client("services/GetMeterReadings")
        get = service.bind("GetMeterReadings", f"GetMeterReadings_Port{suffix}")
        envelope = "http://www.w3.org/2003/05/soap-envelope" if suffix else "http://schemas.xmlsoap.org/soap/envelope/"
        block = xsd.Element(
            "{urn:test}Key",
            xsd.ComplexType(attributes=[xsd.Attribute(f"{{{envelope}}}mustUnderstand", xsd.String())]),
        )
        try:
            get.GetMeterReadings(
                Header=header("get", "MeterReadings"), Request={}, _soapheaders=[block(mustUnderstand="1")]
            )
        except Fault as fault:
            assert "MustUnderstand" in str(fault.code), fault.code
            assert any(local(e) == "FaultMessage" or local(e).endswith("FaultMessage") for e in fault.detail.iter())
        else:
            raise AssertionError("no fault was raised")

    @check(f"SOAP {version}: what is not well-formed raises a fault with FAILED 1.8")
    def _():
        service = client("soap")
        generic = service.bind("Generic", f"Generic_Port{suffix}")
        content_type = "application/soap+xml" if suffix else "text/xml"
        answer = service.transport.post(
            f"{BASE}/soap", b"<a><b></a>", {"Content-Type": f"{content_type}; charset=utf-8"}
        )
        assert answer.status_code == (400 if suffix else 500), answer.status_code
        try:
            generic._binding.process_reply(service, generic._binding._operations["Request"], answer)
        except Fault as fault:
            assert "Sender" in str(fault.code) or "Client" in str(fault.code), fault.code
            found = {local(e): e.text for e in fault.detail.iter()}
            assert found.get("Result") == "FAILED" and found.get("code") == "1.8", found
        else:
            raise AssertionError("no fault was raised")


print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
