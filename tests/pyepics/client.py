"""libca itself: connects, reads, writes with callback, and monitors what it wrote."""

import threading

import epics

seen = threading.Event()


def on_change(value=None, **_):
    if value == 2.5:
        seen.set()


pv = epics.PV("sim:ai", auto_monitor=False, connection_timeout=10)
assert pv.wait_for_connection(timeout=20), "no connection"
assert pv.get(use_monitor=False, timeout=10) == 1.5, "wrong value"

monitored = epics.PV("sim:ai", auto_monitor=True, callback=on_change)
assert monitored.wait_for_connection(timeout=20), "no connection"
assert pv.put(2.5, wait=True, timeout=10) == 1, "the put has no callback"
assert seen.wait(timeout=10), "the monitor was not told"
assert pv.get(use_monitor=False, timeout=10) == 2.5, "the put had no effect"
print("done", flush=True)
epics.ca.finalize_libca()
