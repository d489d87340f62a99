"""Tests that print TAP. Each function named test_* of the calling script is one test; a failed assertion fails it.

    import tap
    def test_something(): assert 1 + 1 == 2
    tap.main()

Names given on the command line select tests by substring.
"""
import signal, sys, time, traceback


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
        for number, (name, function) in enumerate(tests, 1):
            title = name[len("test_"):].replace("_", " ")
            started = time.monotonic()
            try:
                function()
                print(f"ok {number} - {title}", flush=True)
            except BaseException as e:  # a test that exits must not end the others
                failed += 1
                print(f"not ok {number} - {title}", flush=True)
                for line in traceback.format_exc().splitlines():
                    print(f"# {line}", flush=True)
                if isinstance(e, (KeyboardInterrupt, SystemExit)):
                    raise
            print(f"# {time.monotonic() - started:.2f} s", flush=True)
    finally:
        if teardown:
            teardown()
    sys.exit(1 if failed else 0)
