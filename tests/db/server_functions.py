#!/usr/bin/env python3
"""The volatility of PostgreSQL's functions in src/sql/server_functions.c is what this server says."""
import importlib.machinery, importlib.util, pathlib, re, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap
from inb import Cluster, root

cluster = Cluster()
loader = importlib.machinery.SourceFileLoader("generator", str(root / "tests/support/server_functions"))
generator = importlib.util.module_from_spec(importlib.util.spec_from_loader("generator", loader))
sys.dont_write_bytecode = True
loader.exec_module(generator)
source = (root / "src/sql/server_functions.c").read_text()


def words(name):
    return "".join(re.findall(r'"(.*)"', re.search(rf"inb__server_functions_{name}\[\] =\n(.*?);\n", source, re.S)[1])).split()


def test_each_function_of_this_server_has_its_volatility():
    """A name is volatile where one of its functions is, on any version."""
    steady, volatile = set(words("steady")), set(words("volatile"))
    lines = cluster.sql("postgres", generator.QUERY).splitlines()
    assert len(lines) > 1000 and not steady & volatile
    for line in lines:
        name, changes = line.split("|")
        assert name in volatile or (changes == "f" and name in steady), line
    known = {name for name, _ in (line.split("|") for line in lines)}
    assert len(known) > 0.8 * len(steady | volatile), "names that no server has"


def test_words_are_in_the_order_of_their_bytes():
    for name in ("steady", "volatile"):
        assert words(name) == sorted(words(name), key=str.encode), name


def test_what_is_taken_for_volatile_and_harmless_is_volatile():
    """The list by hand in src/sql/functions.c, which adds what no server tells."""
    text = (root / "src/sql/functions.c").read_text()
    harmless = re.findall(r'"(\w+)"', re.search(r"harmless\[\] = \{(.*?)\};", text, re.S)[1])
    assert harmless and set(harmless) <= set(words("volatile")), set(harmless) - set(words("volatile"))


tap.main(cluster.start, cluster.remove)
