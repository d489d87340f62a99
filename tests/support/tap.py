"""Tests that print TAP. Each function named test_* of the calling script is one test; a failed assertion fails it.

    import tap
    def test_something(): assert 1 + 1 == 2
    tap.main()

Names given on the command line select tests by substring. A thread that ends by an exception fails the test in which it does.
"""
import signal, sys, threading, time, traceback

LIMIT = 120  # seconds: after them what was waited for does not come any more, however slow the machine is
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


def run(function):
    """Calls it; what its threads raised is an error of its own."""
    raised = []
    threading.excepthook = lambda e: raised.append("".join(traceback.format_exception(e.exc_type, e.exc_value, e.exc_traceback)))
    try:
        function()
        assert not raised, "a thread failed"
    except BaseException:
        for text in raised:
            show(text)
        raise
    finally:
        threading.excepthook = threading.__excepthook__


def main(setup=None, teardown=None):
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what ends the tests early must not skip the teardown
    scope = sys.modules["__main__"].__dict__
    tests = [(n, f) for n, f in scope.items() if n.startswith("test_") and callable(f)]
    wanted = sys.argv[1:]
    if wanted:
        tests = [t for t in tests if any(w in t[0] for w in wanted)]
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
            try:
                run(function)
                print(f"ok {number} - {title}", flush=True)
            except BaseException as e:  # a test that exits must not end the others
                failed += 1
                print(f"not ok {number} - {title}", flush=True)
                show(traceback.format_exc())
                for note in notes:
                    show(note())
                if isinstance(e, (KeyboardInterrupt, SystemExit)):
                    raise
            print(f"# {time.monotonic() - started:.2f} s", flush=True)
    finally:
        if teardown:
            teardown()
    sys.exit(1 if failed else 0)
