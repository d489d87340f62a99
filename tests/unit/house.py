#!/usr/bin/env python3
"""The order of the house, read from the object files of the build (which file takes which symbol from which) and from the include
lines: rooms depend downwards, the files of a room form no circle, each foreign header has one room, each basename one place."""
import collections, os, pathlib, re, shutil, subprocess, sys, tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "support"))
import tap

root = pathlib.Path(os.environ.get("top_srcdir", pathlib.Path(__file__).resolve().parents[2]))
build = pathlib.Path(os.environ.get("top_builddir", root / "build"))

# The rooms from the ground up: a room may use those above it in this list, and of them those that CONTRIBUTING.md names.
ROOMS = ["include", "util", "postgres", "pg", "vault", "table", "psl", "catalogue", "schema", "schema/rollout", "sql",
         "backfill", "engine", "live", "review", "release", "client", "embed", "cli", "app"]

# libinboard: none of its rooms may use a room that is not in it.
LIBRARY = {"include", "util", "postgres", "pg", "vault", "table", "catalogue", "backfill", "engine"}

# Headers of other projects, and the only room that includes each.
FOREIGN = {"libpq-fe.h": "pg", "sodium.h": "vault", "pg_query.h": "sql", "pg_query.pb-c.h": "sql", "pg_query/pg_query.pb-c.h": "sql"}


class House:
    """The files of one tree and their two graphs: calls[a, b] and includes[a, b] are sets of names."""

    def __init__(self, source, objects):
        self.src = source / "src"
        self.objects = objects / "src"
        self.public = set((self.src / "libinboard.sym").read_text().split())
        self.files = sorted(str(p.relative_to(self.src)) for p in self.src.rglob("*") if p.suffix in (".c", ".h"))
        self.read_includes()
        self.read_symbols()

    def read_includes(self):
        self.includes, self.foreign = collections.defaultdict(set), []
        known = set(self.files)
        for file in self.files:
            for name in re.findall(r'^\s*#\s*include\s*["<]([^">]+)[">]', (self.src / file).read_text(), re.M):
                places = [name, f"include/{name}", os.path.normpath(os.path.join(os.path.dirname(file), name))]
                target = next((p for p in places if p in known), None)
                if target and target != file:
                    self.includes[file, target].add(name)
                else:
                    self.foreign.append((file, name))

    def read_symbols(self):
        """nm over one object file of each source; an object whose source is gone was left by an older build."""
        newest = {}
        for o in self.objects.rglob("*.o"):
            folder = o.parent.parent if o.parent.name == ".libs" else o.parent
            room, stem = str(folder.relative_to(self.objects)), o.stem.rsplit("-", 1)[-1]
            file = f"{room}/{stem}.c"
            there = (self.src / file).exists() or (self.objects / file).exists()
            if there and not o.name.startswith("tests_") and (file not in newest or o.stat().st_mtime > newest[file].stat().st_mtime):
                newest[file] = o
        self.compiled = set(newest)
        by_path = {str(o): file for file, o in newest.items()}
        text = subprocess.run(["nm", "-A", "-g", "-P", *by_path], capture_output=True, text=True, check=True).stdout if by_path else ""
        self.defined, taken = collections.defaultdict(list), collections.defaultdict(list)
        for path, symbol, kind in re.findall(r"^(.*?): (\S+) (\S)", text, re.M):
            (taken if kind in "Uvw" else self.defined)[symbol].append(by_path[path])
        self.calls = collections.defaultdict(set)
        for symbol, users in taken.items():
            for user in users:
                owners = self.defined.get(symbol, [])
                for owner in [o for o in owners if room_of(o) == room_of(user)] or owners:
                    if owner != user:
                        self.calls[user, owner].add(symbol)


def room_of(file):
    """A room's .sql files are in a folder of its own, and so is what is made from them."""
    return "include" if file.startswith("include/") or "/" not in file else os.path.dirname(file).removesuffix("/sql")


def may_use(user, owner):
    return (user in ROOMS and owner in ROOMS and ROOMS.index(owner) < ROOMS.index(user)
            and not (user in LIBRARY and owner not in LIBRARY))


def words(names, most=6):
    names = sorted(names)
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


# Each of these gives findings: {words: what to show beside them}.

def upward(house):
    """Calls and includes of a room above, or of one that is not in the library; the service may call what is public."""
    found = {}
    for graph in (house.calls, house.includes):
        for (user, owner), names in graph.items():
            rooms = room_of(user), room_of(owner)
            if rooms[0] == rooms[1] or may_use(*rooms) and rooms[0] != "app":
                continue
            if rooms[0] == "app":
                names = names - house.public if graph is house.calls else names - {"inboard.h"}
            if names:
                found[f"{user} -> {owner}"] = words(names)
    return {f"upwards: {pair}": names for pair, names in found.items()}


def components(edges):
    """The strongly connected components with more than one member (Tarjan), each sorted."""
    after = collections.defaultdict(list)
    for a, b in sorted(edges):
        after[a].append(b)
    index, low, stack, out = {}, {}, [], []

    def visit(v):
        index[v] = low[v] = len(index)
        stack.append(v)
        for w in after[v]:
            if w not in index:
                visit(w)
            if w in stack:
                low[v] = min(low[v], low[w])
        if low[v] == index[v]:
            at = stack.index(v)
            part = stack[at:]
            del stack[at:]
            if len(part) > 1:
                out.append(sorted(part))

    for v in list(after):
        if v not in index:
            visit(v)
    return out


def shortest_circle(edges, members):
    """A shortest circle among the members, as a list of edges."""
    inside = [(a, b) for a, b in sorted(edges) if a in members and b in members]
    best = None
    for start in members:
        before, queue = {start: None}, [start]
        for v in queue:
            for a, b in inside:
                if a == v and b == start:
                    path = [(v, start)]
                    while before[v] is not None:
                        path.insert(0, (before[v], v))
                        v = before[v]
                    if best is None or len(path) < len(best):
                        best = path
                    queue = []
                    break
                if a == v and b not in before:
                    before[b] = v
                    queue.append(b)
            else:
                continue
            break
    return best


def within_rooms(graph):
    return {pair: names for pair, names in graph.items() if room_of(pair[0]) == room_of(pair[1])}


def circles(house):
    """Circles of calls inside a room: of each knot the shortest."""
    edges = within_rooms(house.calls)
    found = {}
    for members in components(edges):
        path = shortest_circle(edges, members)
        lines = [f"{a} -> {b}: {words(edges[a, b])}" for a, b in path]
        found[f"circle: {path[0][0]} -> {path[0][1]}"] = "; ".join(lines) + f" (of {len(members)} files that reach each other: {', '.join(members)})"
    return found


def header_circles(house):
    found = {}
    for members in components(house.includes):
        path = shortest_circle(house.includes, members)
        found[f"headers: {path[0][0]} -> {path[0][1]}"] = "; ".join(f"{a} includes {b}" for a, b in path)
    return found


def twice(house):
    """A basename in two places. NAME.c and NAME.h are one module where they are in one folder, or where the header is public."""
    places, modules = collections.defaultdict(set), collections.defaultdict(set)
    for file in house.files:
        places[os.path.basename(file)].add(file)
        if room_of(file) != "include":
            modules[os.path.basename(file).rsplit(".", 1)[0]].add(os.path.dirname(file))
    found = {f"twice: {name}": words(files) for name, files in places.items() if len(files) > 1}
    for stem, folders in modules.items():
        if len(folders) > 1 and not any(f"twice: {stem}.{x}" in found for x in "ch"):
            found[f"twice: {stem}"] = "src/" + words(folders)
    return found


def foreign(house):
    """A foreign header outside its room; in the service, anything of ours but <inboard.h>, and in a public header anything but those."""
    return {f"foreign: {file} includes {name}": f"only src/{FOREIGN[name]} includes it"
            for file, name in house.foreign if FOREIGN.get(name, room_of(file)) != room_of(file)}


def defined_twice(house):
    """A function or table with the same name in two files of one room, or in two rooms of the library."""
    return {f"defined twice: {symbol}": words(files) for symbol, files in house.defined.items()
            if len(files) > 1 and symbol != "main" and len({room_of(f) == "app" for f in files}) == 1}


KINDS = {"upward": upward, "circle": circles, "headers": header_circles, "twice": twice, "foreign": foreign, "defined twice": defined_twice}


house = None


def setup():
    global house
    house = House(root, build)


def none(kind):
    found = KINDS[kind](house)
    assert not found, "\n".join(f"{what}: {shown}" for what, shown in sorted(found.items()))


def test_every_source_is_compiled():
    """Else the other tests would look at nothing. A build without the service has no object of that room."""
    sources = {f for f in house.files if f.endswith(".c")}
    service = any(room_of(f) == "app" for f in house.compiled)
    missing = {f for f in sources - house.compiled if service or room_of(f) != "app"}
    assert not missing, f"no object file of {words(missing)}"
    assert len(sources) > 150 and len(house.calls) > 500, (len(sources), len(house.calls))


def test_every_folder_is_a_room_of_the_list():
    assert not {room_of(f) for f in house.files} - set(ROOMS)


def test_rooms_depend_downwards():
    none("upward")


def test_the_files_of_a_room_form_no_circle():
    none("circle")


def test_headers_form_no_circle():
    none("headers")


def opening(text):
    """The comment with which a file opens, without its marks; empty where it opens with anything else."""
    comment = re.match(r"/\*(.*?)\*/", text, re.S)
    return " ".join(comment[1].replace("*", " ").split()) if comment else ""


def test_each_source_opens_with_a_sentence_about_what_lives_there():
    silent = [f for f in sorted(house.files) if f.endswith(".c") and not opening((root / "src" / f).read_text()).endswith((".", ":"))]
    assert not silent, silent
    assert opening('#include "config.h"\n/* a. */') == "" and opening("/*\n * a\n * b.\n */") == "a b."


def test_no_basename_occurs_twice():
    none("twice")


def test_foreign_headers_have_one_room_each():
    none("foreign")


def test_no_name_is_defined_twice():
    none("defined twice")


def test_the_table_of_CONTRIBUTING_is_what_is_used():
    """Its rows are the rooms that there are; "may use" has all that is taken by call or include, and nothing from above."""
    rows = dict(re.findall(r"^\| `src/([\w/]+)` \|.*\| ([^|]*) \|$", (root / "CONTRIBUTING.md").read_text(), re.M))
    rooms = {room_of(f) for f in house.files}
    assert set(rows) == rooms, f"rooms without a row: {words(rooms - set(rows))}; rows without a room: {words(set(rows) - rooms)}"
    used = collections.defaultdict(set)
    for graph in (house.calls, house.includes):
        for user, owner in graph:
            used[room_of(user)].add(room_of(owner))
    used["app"] = {"include"}  # what it may call is what is public
    for room, text in rows.items():
        listed = {w.strip() for w in text.split(",")} - {"libc"}
        more = used[room] - listed - {room, "include"}
        assert not more, f"src/{room} also uses {words(more)}: its row must say so, or the files that do must move"
        assert all(may_use(room, other) for other in listed), f"src/{room} may not use all of {words(listed)}"


# A small house of which everything is wrong: what the tests above look for is found in it.
PLANTED = {
    "util/low.c": '#include "engine/high.h"\nint high(void);\nint low(void);\nint low(void) { return high(); }\n',
    "engine/high.h": "",
    "engine/high.c": "int high(void);\nint peer(void);\nint high(void) { return peer(); }\n",
    "engine/peer.c": '#include <sodium.h>\nint high(void);\nint peer(void);\nint peer(void) { return high(); }\n',
    "engine/tower.c": "int low(void);\nint tower(void);\nint tower(void) { return low(); }\n",
    "sql/tower.c": "int spire(void);\nint spire(void) { return 0; }\n",
    "table/reader.c": "int spire(void);\nint reader(void);\nint reader(void) { return spire(); }\n",
    "app/secret.c": '#include "engine/high.h"\nint peer(void);\nint inb_known(void);\nint secret(void);\nint secret(void) { return peer() + inb_known(); }\n',
    "engine/known.c": "int inb_known(void);\nint inb_known(void) { return 0; }\n",
}


def test_what_is_planted_is_found():
    with tempfile.TemporaryDirectory(prefix="inb-house-") as place:
        src = pathlib.Path(place, "src")
        include = pathlib.Path(place, "foreign")
        include.mkdir()
        (include / "sodium.h").touch()
        for name, text in PLANTED.items():
            file = src / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        (src / "libinboard.sym").write_text("inb_known\n")
        for name in PLANTED:
            if name.endswith(".c"):
                subprocess.run([os.environ.get("CC", shutil.which("cc") or "gcc").split()[0], "-I", src, "-I", include, "-c", src / name,
                                "-o", (src / name).with_suffix(".o")], check=True)
        planted = House(pathlib.Path(place), pathlib.Path(place))
        found = {kind: find(planted) for kind, find in KINDS.items()}
        assert found["upward"] == {"upwards: util/low.c -> engine/high.c": "high", "upwards: util/low.c -> engine/high.h": "engine/high.h",
                                   "upwards: table/reader.c -> sql/tower.c": "spire", "upwards: app/secret.c -> engine/peer.c": "peer",
                                   "upwards: app/secret.c -> engine/high.h": "engine/high.h"}, found["upward"]
        assert found["circle"] == {"circle: engine/high.c -> engine/peer.c": "engine/high.c -> engine/peer.c: peer; engine/peer.c -> "
                                   "engine/high.c: high (of 2 files that reach each other: engine/high.c, engine/peer.c)"}, found["circle"]
        assert found["twice"] == {"twice: tower.c": "engine/tower.c, sql/tower.c"}, found["twice"]
        assert found["foreign"] == {"foreign: engine/peer.c includes sodium.h": "only src/vault includes it"}, found["foreign"]


if __name__ == "__main__":
    tap.main(setup)
