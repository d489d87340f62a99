"""Tests that print TAP. Each function named test_* of the calling script is one test; a failed assertion fails it.

    import tap
    def test_something(): assert 1 + 1 == 2
    tap.main()

Names given on the command line select tests by substring. A thread that ends by an exception fails the test in which it does.
"""
import os, signal, sys, threading, time, traceback

LIMIT = 60  # seconds: after them what was waited for does not come any more, however slow the machine is
notes = []  # functions that tell what a failure of the running test should show beside it: a log


def until(true, what="it", seconds=LIMIT):
    """Waits until the function gives something true, and returns that: what another thread or program does is looked for, never
    hoped for."""
    end = time.monotonic() + seconds
    while not (got := true()):
        assert time.monotonic() < end, f"{what} is not true after {seconds} s"
        time.sleep(0.02)
    return got


def show(text):
    for line in text.splitlines():
        print(f"# {line}", flush=True)


def cause(e):
    """An exception with what was raised first at its head, and where: the first lines of many are the ones that are read."""
    chain = [e]
    while before := chain[0].__cause__ or (not chain[0].__suppress_context__ and chain[0].__context__):
        chain.insert(0, before)
    said = ["".join(traceback.format_exception_only(x)).rstrip() for x in chain]
    frames = [f for f in traceback.extract_tb(chain[0].__traceback__) if f.filename != __file__]
    where = [f"  {os.path.basename(f.filename)}:{f.lineno} {f.name}: {f.line}" for f in reversed(frames)]
    return "\n".join(said[:1] + where + [f"and then {text}" for text in said[1:]])


def run(function):
    """Calls it; a list of what it and its threads raised."""
    raised = []
    threading.excepthook = lambda e: raised.append(e.exc_value)
    try:
        function()
    except BaseException as e:  # a test that exits must not end the others
        raised.insert(0, e)
    finally:
        threading.excepthook = threading.__excepthook__
    return raised


def main(setup=None, teardown=None):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what ends the tests early must not skip the teardown
    scope = sys.modules["__main__"].__dict__
    tests = [(n, f) for n, f in scope.items() if n.startswith("test_") and callable(f)]
    wanted = sys.argv[1:]
    if wanted:
        nowhere = [w for w in wanted if not any(w in t[0] for t in tests)]
        tests = [t for t in tests if any(w in t[0] for w in wanted)]
        if nowhere:
            sys.exit(f"Bail out! no test is called {', '.join(nowhere)}")
    print(f"1..{len(tests)}", flush=True)
    failed = 0
    try:
        if setup:
            setup()
        lasting = list(notes)
        for number, (name, function) in enumerate(tests, 1):
            title = name[len("test_"):].replace("_", " ")
            started = time.monotonic()
            notes[:] = lasting
            raised = run(function)
            print(f"{'not ok' if raised else 'ok'} {number} - {title}", flush=True)
            failed += bool(raised)
            for e in raised:
                show(cause(e))
            for note in notes if raised else ():
                show(note())
            print(f"# {time.monotonic() - started:.2f} s", flush=True)
            if any(isinstance(e, (KeyboardInterrupt, SystemExit)) for e in raised):
                sys.exit(143)
    finally:
        if teardown:
            teardown()
    sys.exit(1 if failed else 0)
