"""Random pairs of Prisma schemas: one, and what becomes of it by a few changes, with the renames among them."""
import copy, random

SCALARS = ["Int", "BigInt", "String", "String @db.VarChar(20)", "String @db.VarChar(60)", "Float", "Decimal @db.Decimal(12, 2)",
           "Decimal @db.Decimal(16, 2)", "DateTime", "DateTime @db.Timestamptz(6)", "DateTime @db.Date", "Json", "Bytes",
           "String @db.Uuid", "Int @db.SmallInt", "Boolean", "String @db.Char(8)"]
DEFAULTS = {"Int": ["7", "42"], "BigInt": ["7"], "String": ['"x"', '"it\'s"'], "Float": ["1.5"], "Boolean": ["true", "false"],
            "DateTime": ["now()"], "Json": ['"{}"']}
KEYS = ["Int", "BigInt", "Int @default(autoincrement())", "BigInt @default(autoincrement())", "String", "String @db.Uuid"]
ACTIONS = ["", ", onDelete: Cascade", ", onDelete: SetNull", ", onDelete: Restrict, onUpdate: NoAction"]


class Schema:
    def __init__(self, rng):
        self.rng, self.serial, self.enums, self.models, self.renames, self.began = rng, 0, {}, {}, [], False
        for _ in range(rng.randint(0, 2)):
            self.enum_add()
        for _ in range(rng.randint(1, 4)):
            self.model_add()
        for _ in range(rng.randint(0, 4)):
            self.relation_add()

    def name(self, stem):
        self.serial += 1
        return f"{stem}{self.serial}"

    def scalar(self):
        if self.enums and self.rng.random() < 0.25:
            return self.rng.choice(list(self.enums))
        return self.rng.choice(SCALARS)

    def default_of(self, kind):
        base = kind.split()[0]
        if base in self.enums:
            return self.rng.choice(self.enums[base])
        if "@db.Uuid" in kind:
            return 'dbgenerated("gen_random_uuid()")' if self.rng.random() < 0.5 else None
        return self.rng.choice(DEFAULTS[base]) if base in DEFAULTS and "Date" != kind[-4:] and "Date)" not in kind else None

    def field_make(self):
        kind, r = self.scalar(), self.rng.random()
        suffix = "?" if r < 0.35 else "[]" if r < 0.42 else ""
        default = self.default_of(kind) if suffix != "[]" and self.rng.random() < 0.4 else None
        return {"kind": kind, "suffix": suffix, "default": default}

    # ---- changes; each is free to find nothing to do --------------------------------------------------------------

    def enum_add(self):
        self.enums[self.name("Kind")] = [f"V{i}" for i in range(self.rng.randint(2, 4))]

    def model_add(self):
        fields = {self.name("f"): self.field_make() for _ in range(self.rng.randint(1, 6))}
        self.models[self.name("Model")] = {"key": (self.name("id"), self.rng.choice(KEYS)), "fields": fields, "relations": {},
                                           "indexes": [], "uniques": []}

    def model_any(self):
        return self.rng.choice(list(self.models.items())) if self.models else (None, None)

    def relation_add(self):
        """To a model before it or itself, so that rows can be written one table after the other."""
        a, m = self.model_any()
        if m:
            names = list(self.models)
            b = self.rng.choice(names[:names.index(a) + 1])
            optional = self.began or self.rng.random() < 0.5
            m["relations"][self.name("r")] = {"to": b, "field": self.name("ref"), "optional": optional, "fresh": self.began,
                                              "action": self.rng.choice(ACTIONS), "unique": self.rng.random() < 0.15}

    def relation_drop(self):
        _, m = self.model_any()
        if m and m["relations"]:
            del m["relations"][self.rng.choice(list(m["relations"]))]

    def relation_change(self):
        _, m = self.model_any()
        if m and m["relations"]:
            r = m["relations"][self.rng.choice(list(m["relations"]))]
            r["action"] = self.rng.choice(ACTIONS)
            r["optional"] = r["fresh"] or self.rng.random() < 0.5  # nobody knows what rows that exist refer to

    def field_add(self):
        _, m = self.model_any()
        if m:
            m["fields"][self.name("f")] = self.field_make()

    def forget(self, m, field):
        for group in ("indexes", "uniques"):
            m[group] = [x for x in m[group] if field not in x]

    def field_drop(self):
        _, m = self.model_any()
        if m and m["fields"]:
            field = self.rng.choice(list(m["fields"]))
            del m["fields"][field]
            self.forget(m, field)

    def field_any(self):
        n, m = self.model_any()
        return (n, m, self.rng.choice(list(m["fields"]))) if m and m["fields"] else (None, None, None)

    def field_type(self):
        _, m, f = self.field_any()
        if f:
            m["fields"][f].update(kind=self.scalar(), default=None)
            self.forget(m, f)

    def field_optional(self):
        _, m, f = self.field_any()
        if f and m["fields"][f]["suffix"] != "[]":
            m["fields"][f]["suffix"] = "" if m["fields"][f]["suffix"] else "?"

    def field_default(self):
        _, m, f = self.field_any()
        if f and [f] not in m["uniques"] and m["fields"][f]["suffix"] != "[]":
            m["fields"][f]["default"] = None if m["fields"][f]["default"] else self.default_of(m["fields"][f]["kind"])

    def field_rename(self):
        n, m, f = self.field_any()
        if f and not any(w == ("field", n, f) for w in self.renames) and f in m["born"]:
            new = self.name("renamed")
            m["fields"] = {new if k == f else k: v for k, v in m["fields"].items()}
            for group in ("indexes", "uniques"):
                m[group] = [[new if k == f else k for k in x] for x in m[group]]
            self.renames.append((m["was"], f, new))
            m["born"].remove(f)

    def key_rename(self):
        n, m = self.model_any()
        if m and m["key"][0] in m["born"]:
            new = self.name("key")
            self.renames.append((m["was"], m["key"][0], new))
            m["born"].remove(m["key"][0])
            m["key"] = (new, m["key"][1])

    def model_rename(self):
        n, m = self.model_any()
        if m and m["was"] == n and m["old"]:
            new = self.name("Renamed")
            self.models = {new if k == n else k: v for k, v in self.models.items()}
            for other in self.models.values():
                for r in other["relations"].values():
                    r["to"] = new if r["to"] == n else r["to"]
            self.renames.append((n, None, new))

    def model_drop(self):
        n, m = self.model_any()
        if m and len(self.models) > 1:
            del self.models[n]
            for other in self.models.values():
                other["relations"] = {k: r for k, r in other["relations"].items() if r["to"] != n}

    def key_type(self):
        _, m = self.model_any()
        if m:
            pairs = {"Int": "BigInt", "Int @default(autoincrement())": "BigInt @default(autoincrement())", "String @db.Uuid": "String"}
            if self.rng.random() < 0.3:
                pairs |= {"Int": "BigInt @default(autoincrement())", "BigInt @default(autoincrement())": "BigInt"}
            m["key"] = (m["key"][0], pairs.get(m["key"][1], m["key"][1]))

    def index_add(self):
        _, m, f = self.field_any()
        if f and m["fields"][f]["kind"] != "Json" and m["fields"][f]["suffix"] != "[]":
            m["indexes"].append([f])

    def unique_add(self):
        _, m, f = self.field_any()
        k = m and m["fields"][f]["kind"] if f else "Json"
        if k not in ("Json", "Boolean", "Bytes", "String @db.Bit(3)", 'Unsupported("point")') and k not in self.enums and m["fields"][f]["suffix"] != "[]" and not m["fields"][f]["default"]:
            m["uniques"].append([f])

    def index_drop(self):
        _, m = self.model_any()
        group = self.rng.choice(["indexes", "uniques"])
        if m and m[group]:
            m[group].pop()

    def enum_value_add(self):
        if self.enums:
            self.enums[self.rng.choice(list(self.enums))].append(self.name("W"))

    def enum_value_drop(self):
        for e in self.enums.values():
            if len(e) > 2 and self.rng.random() < 0.5:
                gone = e.pop()
                for m in self.models.values():
                    for f in m["fields"].values():
                        if f["default"] == gone:
                            f["default"] = None
                return

    # ---- text -----------------------------------------------------------------------------------------------------

    def text(self):
        out = 'datasource db {\n  provider = "postgresql"\n}\n\n'
        for name, values in self.enums.items():
            out += f"enum {name} {{\n" + "".join(f"  {v}\n" for v in values) + "}\n\n"
        back = {n: [] for n in self.models}
        body = {}
        for n, m in self.models.items():
            lines = [f"  {m['key'][0]} {m['key'][1].replace(' ', ' @id ', 1) if ' ' in m['key'][1] else m['key'][1] + ' @id'}"]
            for f, x in m["fields"].items():
                base, _, native = x["kind"].partition(" ")
                default = f" @default({x['default']})" if x["default"] else ""
                lines.append(f"  {f} {base}{x['suffix']} {native}{default}")
            for r, x in m["relations"].items():
                key, kind = self.models[x["to"]]["key"]
                base, _, native = kind.partition(" ")
                native = native if native.startswith("@db") else ""
                optional = x["optional"] or "SetNull" in x["action"]
                mark = "?" if optional else ""
                lines.append(f"  {x['field']} {base}{mark} {native}{' @unique' if x['unique'] else ''}")
                lines.append(f"  {r} {x['to']}{mark} @relation(\"{r}\", fields: [{x['field']}], references: [{key}]{x['action']})")
                back[x["to"]].append(f"  back_{r} {n}{'?' if x['unique'] else '[]'} @relation(\"{r}\")")
            for group, word in (("indexes", "@@index"), ("uniques", "@@unique")):
                lines += [f"  {word}([{', '.join(x)}])" for x in {tuple(x): x for x in m[group]}.values()]
            body[n] = lines
        for n, lines in body.items():
            out += f"model {n} {{\n" + "\n".join(lines + back[n]) + "\n}\n\n"
        return out


CHANGES = [f for f in vars(Schema) if f.rsplit("_")[-1] in ("add", "drop", "change", "type", "optional", "default", "rename") and f != "default_of"]


def pair(seed):
    """Two schemas and the arguments that name what was renamed."""
    rng = random.Random(seed)
    a = Schema(rng)
    for _ in range(rng.randint(0, 3)):
        rng.choice([a.index_add, a.unique_add])()
    b = copy.deepcopy(a)
    b.rng, b.began = rng, True
    for n, m in b.models.items():
        m.update(was=n, old=True, born=set(m["fields"]) | {m["key"][0]})
    for _ in range(rng.randint(1, 8)):
        change = getattr(b, rng.choice(CHANGES))
        if b.models:
            for n, m in b.models.items():
                m.setdefault("was", n), m.setdefault("old", False), m.setdefault("born", set())
            change()
    arguments = []
    for table, old, new in b.renames:
        # What was renamed and then dropped or changed is not renamed.
        model = next((m for m in b.models.values() if m.get("was") == table), None)
        if old is None:
            if new in b.models:
                arguments += ["--rename-table", f"{table}={new}"]
        elif model and old == a.models[table]["key"][0]:
            # Which row a reference to another key means, nobody knows: so it is the same key.
            model["key"] = (model["key"][0], a.models[table]["key"][1])
            if model["key"][0] == new:
                arguments += ["--rename", f"{table}.{old}={new}"]
        elif model and new in model["fields"]:
            x, y = a.models[table]["fields"][old], model["fields"][new]
            lost = x["kind"] in a.enums and not set(a.enums[x["kind"]]) <= set(b.enums[x["kind"]])
            if x["kind"] == y["kind"] and (x["suffix"] == "[]") == (y["suffix"] == "[]") and not lost:
                arguments += ["--rename", f"{table}.{old}={new}"]
    return a.text(), b.text(), arguments


class Wild(Schema):
    """Also what cannot be done to rows, or only with losses: keys that move or change their type, references to other rows, join tables, numbering
    that begins and ends, lists that were values, enum values that are put between others."""

    def __init__(self, rng):
        self.joins = {}
        super().__init__(rng)
        for _ in range(rng.randint(0, 2)):
            self.join_add()

    def scalar(self):
        return self.rng.choice(['Unsupported("point")', "String @db.Citext", "Decimal @db.Money", "Int @db.Oid", "String @db.Inet", "String @db.Bit(3)"]) \
            if self.rng.random() < 0.1 else super().scalar()

    def default_of(self, kind):
        return None if "Unsupported" in kind or "@db.Bit" in kind or "Inet" in kind or "Money" in kind else super().default_of(kind)

    def field_make(self):
        f = super().field_make()
        if f["kind"].split()[0] in ("Int", "BigInt") and "@db" not in f["kind"] and not f["suffix"] and self.rng.random() < 0.3:
            f["default"] = "autoincrement()"
        if "Unsupported" in f["kind"]:
            f["suffix"] = f["suffix"] or "?"  # so that the client can write a row
        return f

    def join_add(self):
        names = list(self.models)
        if names:
            self.joins[self.name("join")] = [self.rng.choice(names), self.rng.choice(names)]

    def join_drop(self):
        if self.joins:
            del self.joins[self.rng.choice(list(self.joins))]

    def join_sides_change(self):
        """The model that was before the other one in the order of names is behind it."""
        for n in list(self.models):
            if any(n in sides and len(set(sides)) == 2 for sides in self.joins.values()) and "map" not in self.models[n]:
                self.model_name_change(n)
                return

    def model_name_change(self, n=None):
        n = n or (self.rng.choice(list(self.models)) if self.models else None)
        if n and "map" not in self.models[n]:
            new = self.name(self.rng.choice(["Aa", "Zz"]))
            self.models = {new if k == n else k: v for k, v in self.models.items()}
            self.models[new]["map"] = n
            for m in self.models.values():
                for r in m["relations"].values():
                    r["to"] = new if r["to"] == n else r["to"]
            self.joins = {k: [new if s == n else s for s in v] for k, v in self.joins.items()}

    def model_rename(self):
        n, m = self.model_any()
        if m:
            super().model_rename()
            new = [k for k, v in self.models.items() if v is m]
            self.joins = {k: [new[0] if s == n and new else s for s in v] for k, v in self.joins.items()}
            self.joins = {k: v for k, v in self.joins.items() if all(s in self.models for s in v)}

    def model_drop(self):
        super().model_drop()
        self.joins = {k: v for k, v in self.joins.items() if all(s in self.models for s in v)}

    def relation_change(self):
        _, m = self.model_any()
        if m and m["relations"]:
            r = m["relations"][self.rng.choice(list(m["relations"]))]
            r["action"], r["optional"], r["unique"] = self.rng.choice(ACTIONS), self.rng.random() < 0.5, self.rng.random() < 0.3
            r["to"] = self.rng.choice(list(self.models)) if self.rng.random() < 0.3 else r["to"]

    def key_type(self):
        _, m = self.model_any()
        if m:
            m["key"] = (m["key"][0], self.rng.choice(KEYS))

    def key_moved_change(self):
        _, m, f = self.field_any()
        if f and m["fields"][f]["kind"] in ("Int", "String", "BigInt") and not m["fields"][f]["suffix"]:
            old, kind = m["key"]
            default = m["fields"].pop(f)
            m["key"] = (f, default["kind"])
            base, _, rest = kind.partition(" @default")
            m["fields"][old] = {"kind": base, "suffix": "", "default": "autoincrement()" if rest else None}
            self.forget(m, f)

    def unique_add(self):
        if not self.began:
            return super().unique_add()
        _, m, f = self.field_any()
        if f and m["fields"][f]["kind"] not in ("Json", 'Unsupported("point")') and m["fields"][f]["suffix"] != "[]":
            m["uniques"].append([f])

    def index_add(self):
        _, m, f = self.field_any()
        if f and "Unsupported" not in m["fields"][f]["kind"]:
            super().index_add()
            for m in self.models.values():
                m["indexes"] = [x for x in m["indexes"] if "Unsupported" not in m["fields"][x[0]]["kind"]]

    def field_suffix_change(self):
        _, m, f = self.field_any()
        if f:
            m["fields"][f].update(suffix=self.rng.choice(["", "?", "[]"]), default=None)
            self.forget(m, f)

    def field_optional(self):
        _, m, f = self.field_any()
        if f and m["fields"][f]["suffix"] != "[]" and m["fields"][f]["default"] != "autoincrement()":
            super().field_optional()

    def field_counter_change(self):
        _, m, f = self.field_any()
        if f and m["fields"][f]["kind"] in ("Int", "BigInt") and not m["fields"][f]["suffix"]:
            m["fields"][f]["default"] = None if m["fields"][f]["default"] == "autoincrement()" else "autoincrement()"

    def enum_value_between_add(self):
        if self.enums:
            e = self.enums[self.rng.choice(list(self.enums))]
            e.insert(self.rng.randrange(len(e)), self.name("X"))

    def text(self):
        out, seen = super().text(), {}
        for m in self.models.values():
            for f in m["fields"].values():
                assert f["default"] != "autoincrement()" or not f["suffix"], f
        for name, m in self.models.items():
            lines = [f"  {n}_{i} {sides[1 - i]}[] @relation(\"{n}\")\n" for n, sides in self.joins.items() for i in (0, 1) if sides[i] == name]
            if m.get("map"):
                lines.append(f"  @@map(\"{m['map']}\")\n")
            out = out.replace(f"model {name} {{\n", f"model {name} {{\n" + "".join(lines))
        return out


WILD = [f for f in {**vars(Schema), **vars(Wild)} if f in CHANGES or f.rsplit("_")[-1] in ("add", "drop", "change", "type", "optional", "rename")]


def wild_pair(seed):
    """Two schemas with whatever between them."""
    rng = random.Random(f"wild {seed}")
    a = Wild(rng)
    for _ in range(rng.randint(0, 3)):
        rng.choice([a.index_add, a.unique_add])()
    b = copy.deepcopy(a)
    b.rng, b.began = rng, True
    for n, m in b.models.items():
        m.update(was=n, old=True, born=set(m["fields"]) | {m["key"][0]})
    for _ in range(rng.randint(1, 8)):
        change = getattr(b, rng.choice(WILD))
        for n, m in b.models.items():
            m.setdefault("was", n), m.setdefault("old", False), m.setdefault("born", set())
        if b.models:
            change()
    return a.text(), b.text()
