"""Turns the output of `swift build` into a line now and then, so that a person sees that it goes on."""
import re
import sys
import time

start = time.monotonic()
last = 0.0
step = re.compile(r"^\[(\d+)/(\d+)\] (.*)")
terminal = sys.stdout.isatty()
pause = 0.5 if terminal else 20.0


def show(text):
    minutes, seconds = divmod(int(time.monotonic() - start), 60)
    text = f"  {minutes}:{seconds:02d}  {text}"[:100]
    sys.stdout.write("\r\x1b[K" + text if terminal else text + "\n")
    sys.stdout.flush()


for line in sys.stdin:
    line = line.rstrip()
    if "error:" in line:
        show(line + ("\n" if terminal else ""))
        continue
    found = step.match(line)
    now = time.monotonic()
    if found and now - last >= pause:
        last = now
        show(f"{found[1]} of {found[2]}  {found[3]}")
    elif line.startswith(("Fetching", "Cloning", "Computing", "Creating")) and now - last >= pause:
        last = now
        show(line.split(" from ")[0])
show("built\n" if terminal else "built")
