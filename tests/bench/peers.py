"""Other programs that apply a folder of migrations, each with its layout: what `./dev bench` measures inboard beside. They are installed
on demand below the build directory, where the toolchain of their language is on the machine; one that is not there is left out, with a
word. Nothing else needs them."""
import os, pathlib, shutil, subprocess

FIRST = 20250101000000  # of make_migrations.py


def number(stamp):
    """From 1, for those that count instead of taking the time."""
    return int(stamp) - FIRST + 1


# Name: the toolchain's command; how it is installed into a folder; the file of one migration; how it is called.
PEERS = {
    "goose": {
        "tool": "go",
        "install": lambda where: (["go", "install", "-tags", "no_clickhouse no_libsql no_mssql no_mysql no_sqlite3 no_vertica no_ydb",
                                   "github.com/pressly/goose/v3/cmd/goose@v3.24.1"], {"GOBIN": where}),
        "file": lambda stamp, name, text: (f"{stamp}_{name}.sql", f"-- +goose Up\n{text}"),
        "call": lambda program, folder, url: [program, "-dir", folder, "postgres", url, "up"],
    },
    "golang-migrate": {
        "tool": "go",
        "program": "migrate",
        "install": lambda where: (["go", "install", "-tags", "postgres", "github.com/golang-migrate/migrate/v4/cmd/migrate@v4.18.1"],
                                  {"GOBIN": where}),
        "file": lambda stamp, name, text: (f"{stamp}_{name}.up.sql", text),
        "call": lambda program, folder, url: [program, "-path", folder, "-database", url, "up"],
    },
    "tern": {
        "tool": "go",
        "install": lambda where: (["go", "install", "github.com/jackc/tern/v2@v2.3.2"], {"GOBIN": where}),
        "file": lambda stamp, name, text: (f"{number(stamp):04}_{name}.sql", text),
        "call": lambda program, folder, url: [program, "migrate", "-m", folder, "--conn-string", url],
    },
    "diesel": {
        "tool": "cargo",
        "install": lambda where: (["cargo", "install", "-q", "diesel_cli", "--version", "2.2.6", "--locked", "--no-default-features", "--features",
                                   "postgres", "--root", where], {}),
        "file": lambda stamp, name, text: (f"{stamp}_{name}/up.sql", text),
        "call": lambda program, folder, url: [program, "migration", "run", "--migration-dir", folder, "--database-url", url],
    },
    "refinery": {
        "tool": "cargo",
        "tcp": True,  # it takes no socket
        "install": lambda where: (["cargo", "install", "-q", "refinery_cli", "--version", "0.8.16", "--locked", "--no-default-features", "--features",
                                   "postgresql", "--root", where], {}),
        "file": lambda stamp, name, text: (f"V{number(stamp)}__{name}.sql", text),
        "call": lambda program, folder, url: ["env", f"BENCH_URL={url}", program, "migrate", "-e", "BENCH_URL", "-p", folder],
    },
    "sqlx": {
        "tool": "cargo",
        "install": lambda where: (["cargo", "install", "-q", "sqlx-cli", "--version", "0.8.2", "--locked", "--no-default-features", "--features",
                                   "postgres", "--root", where], {}),
        "file": lambda stamp, name, text: (f"{stamp}_{name}.sql", text),
        "call": lambda program, folder, url: [program, "migrate", "run", "--source", folder, "--database-url", url],
    },
}


def installed(name, where, patience=1200, build_it=True):
    """The program, built if it is not there yet; or None and why not."""
    peer, where = PEERS[name], pathlib.Path(where).resolve() / name
    program = peer.get("program", name)
    places = [where / program, where / "bin" / program]
    found = next((p for p in places if p.exists()), None)
    if found:
        return found, None
    if not build_it:
        return None, "it is not installed"
    if not shutil.which(peer["tool"]):
        return None, f"there is no {peer['tool']} here"
    where.mkdir(parents=True, exist_ok=True)
    command, env = peer["install"](str(where))
    try:
        p = subprocess.run(command, env={**os.environ, **env}, capture_output=True, text=True, timeout=patience)
    except subprocess.TimeoutExpired:
        return None, f"it was not built after {patience} s"
    found = next((p for p in places if p.exists()), None)
    return (found, None) if found else (None, (p.stderr.strip().splitlines() or ["it was not built"])[-1])


def layout(name, history):
    """The history's migrations as the peer has them, in a folder beside it."""
    target = pathlib.Path(f"{history}.{name}")
    if not target.exists():
        for d in sorted(p for p in history.iterdir() if p.is_dir()):
            stamp, title = d.name.split("_", 1)
            file, text = PEERS[name]["file"](stamp, title, (d / "migration.sql").read_text())
            path = target / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    return target
