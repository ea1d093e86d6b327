"""Where the program can be changed: constants, comparisons and terms of C++, figures of the catalogs."""
import random
import re
from dataclasses import dataclass, field

SOURCES = ("sim/**/*.cpp", "sim/**/*.hpp", "models/**/*.cpp", "models/**/*.hpp", "tools/analysis/*.cpp",
           "tools/analysis/*.hpp", "tools/study/*.cpp", "tools/study/*.hpp")
CATALOGS = "models/**/*.yaml"

# An operator, what it becomes, and the type in switch.hpp that is either.
COMPARISONS = {"<": ("<=", "Less"), "<=": ("<", "LessEqual"), ">": (">=", "Greater"), ">=": (">", "GreaterEqual"),
               "==": ("!=", "Equal"), "!=": ("==", "NotEqual")}
TERMS = {"+": ("-", "Plus"), "-": ("+", "Minus"), "*": ("/", "Times"), "/": ("*", "Over")}


@dataclass
class Change:
    """One change. `switched`: edits that put it behind a switch, {id} being its number; `plain`: without one. An edit
    is (start, end, new text) in the file as it is."""
    file: str
    at: int
    row: int
    kind: str
    what: str
    plain: list
    switched: list = field(default_factory=list)
    id: int = -1

    def line(self):
        return f"{self.file}:{self.row}: {self.kind}: {self.what}"


def bare(text):
    """The text with blanks for comments, literals and lines of the preprocessor, at the same places."""
    pattern = re.compile(r'//[^\n]*|/\*.*?\*/|R"(?P<d>[^(]*)\(.*?\)(?P=d)"|"(?:\\.|[^"\\\n])*"'
                         r"|(?<![0-9a-zA-Z])'(?:\\.|[^'\\\n])+'|^[ \t]*#(?:\\\n|[^\n])*", re.S | re.M)
    return pattern.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)


def row_of(text, at):
    return text.count("\n", 0, at) + 1


def other_number(text):
    """Another number near this one, written alike."""
    plain = text.replace("'", "")
    if "." in plain or "e" in plain.lower():
        value = float(plain)
        return repr(value * 1.25) if value else "1.0"
    value = int(plain)
    return str(value + 1 if value < 10 else round(value * 1.25))


def is_pure(code, at):
    """Whether this 0 makes a function one without a body."""
    statement = re.split(r"[;{}]", code[:at])[-1]
    return re.search(r"\bvirtual\b", statement) is not None and code[at + 1:at + 2] == ";"


def constants(code):
    for m in re.finditer(r"(?<![\w.])(\d[\d']*(?:\.\d*)?(?:[eE][+-]?\d+)?)([a-zA-Z]*)\b", code):
        if m.group(1) == "0" and m.group(2)[:1] in ("x", "X"):
            continue
        if code[max(0, m.start() - 9):m.start()].endswith("operator "):
            continue
        if m.group() == "0" and is_pure(code, m.start()):
            continue
        other = other_number(m.group(1)) + m.group(2)
        yield (m.start(), m.end(), "constant", f"{m.group()} -> {other}", other,
               f"(::mutant::live({{id}}) ? {other} : {m.group()})")
    for m in re.finditer(r"(?<![\w.])(true|false)\b", code):
        other = "false" if m.group() == "true" else "true"
        yield (m.start(), m.end(), "constant", f"{m.group()} -> {other}", other,
               f"(::mutant::live({{id}}) != {m.group()})")


def operators(code):
    for table, kind in ((COMPARISONS, "comparison"), (TERMS, "term")):
        names = "|".join(re.escape(op) for op in sorted(table, key=len, reverse=True))
        for m in re.finditer(rf"(?<=[\w)\]}}]) ({names})\s+(?=[\w(\-!:*&\"+{{~])", code):
            op = m.group(1)
            if re.search(r"\b(operator|return|case|const|template|co_return)$", code[:m.start()][-12:]):
                continue
            other, switch = table[op]
            yield (m.start(1), m.end(1), kind, f"{op} -> {other}", other,
                   f"{op} ::mutant::{switch}<{{id}}>{{{{}}}} {op}")


def bound(code, at, step):
    """The end of the operand of && or || that begins beside `at`, in the direction of `step`."""
    opens, closes = ("([{", ")]}") if step > 0 else (")]}", "([{")
    depth = 0
    while 0 <= at < len(code):
        c = code[at]
        pair = code[at:at + 2] if step > 0 else code[max(at - 1, 0):at + 1]
        if c in opens:
            if step < 0 and c == "}" and depth == 0:
                return at
            depth += 1
        elif c in closes:
            if depth == 0:
                return at
            depth -= 1
        elif depth == 0:
            if c in ";,?" or pair in ("&&", "||"):
                return at
            if c == ":" and pair != "::" and (code[at - 1] != ":" if step > 0 else code[at + 1] != ":"):
                return at
            if c == "=" and not re.search(r"[=<>!]=$", code[:at + 1][-2:]) and code[at + 1] != "=":
                return at
            if step < 0 and re.search(r"\breturn$", code[max(0, at - 6):at + 1]):
                return at
        at += step
    return at


def joints(code):
    for m in re.finditer(r" (&&|\|\|)\s", code):
        left = bound(code, m.start(1) - 1, -1) + 1
        right = bound(code, m.end(1), 1)
        other = "||" if m.group(1) == "&&" else "&&"
        a, b = code[left:m.start(1)].strip(), code[m.end(1):right].strip()
        if not a or not b:
            continue
        start = m.start(1) - len(code[left:m.start(1)].lstrip())
        end = m.end(1) + len(code[m.end(1):right].rstrip())
        yield (m.start(1), m.end(1), "comparison", f"{m.group(1)} -> {other}", other, None, start, end)


def conditions(code):
    for m in re.finditer(r"\b(if|while) \(", code):
        depth, at = 1, m.end()
        while at < len(code) and depth:
            depth += {"(": 1, ")": -1}.get(code[at], 0)
            at += 1
        inside = code[m.end():at - 1]
        if ";" in inside or re.search(r"[\w&*] = ", inside):
            continue
        yield (m.end(), at - 1, "comparison", "the condition is negated", None, None)


def steps(code):
    for m in re.finditer(r"(?<![\w)\]])(\+\+|--)(?=[A-Za-z_(*])", code):
        end = re.compile(r"[\w.\[\]()>*:-]*").match(code, m.end()).end()
        other = "--" if m.group(1) == "++" else "++"
        statement = code[end:end + 1] == ";"
        yield (m.start(), end if statement else m.end(), "term", f"{m.group(1)} -> {other}", other, None)
    for m in re.finditer(r"(?<=\n)([ ]*)([\w.\->\[\]()]+) (\+=|-=) ([^;{}]*);", code):
        other = "-=" if m.group(3) == "+=" else "+="
        yield (m.start(3), m.end(3), "term", f"{m.group(3)} -> {other}", other, None, m.start(2), m.end())
    for m in re.finditer(r"\bstd::(min|max)(?=[<(])", code):
        other = "max" if m.group(1) == "min" else "min"
        switch = "Lesser" if m.group(1) == "min" else "Greatest"
        yield (m.start(), m.end(), "term", f"std::{m.group(1)} -> std::{other}", f"std::{other}",
               f"::mutant::{switch}<{{id}}>::of")


def constexpr_edits(code, at):
    """What makes the variable that this place initialises one that is set when the program starts."""
    found = None
    for m in re.finditer(r"\bconstexpr\b", code[max(0, at - 4000):at]):
        found = m.start() + max(0, at - 4000)
    if found is None or ";" in code[found:at] or re.search(r"\)\s*(const\s*)?(noexcept\s*)?\{", code[found:at]):
        return []
    if code[max(0, found - 3):found] == "if " or re.search(r"\) (const )?$", code[found:at]):
        return []
    # A parameter list before the place makes it a function.
    start = max(0, found - 30)
    before = code[start:found].rsplit("\n", 1)[-1]
    if before.strip() == "static":
        s = found - len(before) + before.index("static")
        indented = before.startswith("  ")
        return [(s, found + 9, "static inline const" if indented else "static const")]
    return [(found, found + 9, "const")]


def switched(kind_site, text, code):
    """The edits of a site that put it behind a switch."""
    start, end, kind, what, plain, template = kind_site[:6]
    if template is not None:
        edits = [(start, end, template)]
    elif len(kind_site) > 6 and what[:2] in ("&&", "||"):
        s, e = kind_site[6:]
        a, b = text[s:start].strip(), text[end:e].strip()
        op, other = code[start:end], plain
        escape = lambda t: t.replace("{", "{{").replace("}", "}}")
        edits = [(s, e, f"(::mutant::live({{id}}) ? (({escape(a)}) {other} ({escape(b)})) : "
                        f"(({escape(a)}) {op} ({escape(b)})))")]
    elif len(kind_site) > 6:
        s, e = kind_site[6:]
        left, right = text[s:start].strip(), text[end:e - 1].strip()
        escape = lambda t: t.replace("{", "{{").replace("}", "}}")
        op = code[start:end]
        edits = [(s, e, f"{{{{ if (::mutant::live({{id}})) {escape(left)} {plain} {escape(right)}; else "
                        f"{escape(left)} {op} {escape(right)}; }}}}")]
    elif plain is None:
        edits = [(start, start, "::mutant::live({id}) != static_cast<bool>("), (end, end, ")")]
    else:
        name = code[start + 2:end]
        if not name or code[end:end + 1] != ";":
            return []
        edits = [(start, end + 1, f"{{{{ if (::mutant::live({{id}})) {plain}{name}; else {code[start:start + 2]}"
                                  f"{name}; }}}}")]
    return edits + constexpr_edits(code, start)


def plain_edits(site, text):
    start, end, _, what, plain = site[:5]
    if plain is None:
        return [(start, start, "!("), (end, end, ")")]
    if what in ("++ -> --", "-- -> ++"):
        return [(start, start + 2, plain)]
    return [(start, end, plain)]


def of_source(path, text):
    code = bare(text)
    found = []
    for finder in (constants, operators, joints, conditions, steps):
        for site in finder(code):
            line_start = code.rfind("\n", 0, site[0]) + 1
            line = code[line_start:code.find("\n", site[0])]
            if "static_assert" in line or line.lstrip().startswith(("using ", "enum ", "case ")):
                continue
            what = site[3] if site[4] is not None else f"!({text[site[0]:site[1]]})".replace("\n", " ")[:90]
            found.append(Change(path, site[0], row_of(text, site[0]), site[2], what, plain_edits(site, text),
                                switched(site, text, code)))
    return found


def other_figure(number, unit):
    value = float(number)
    if unit == "%":
        return str(int(value) + 1) if value < 90 and "." not in number else number + "5" if "." in number else "89"
    if "." in number:
        return f"{value * 1.05:.{len(number.split('.')[1]) + 1}f}"
    return str(int(value) + 1 if abs(value) < 10 else round(value * 1.1))


def of_catalog(path, text):
    """Figures of the rows, what says where they come from left out."""
    found, inside, skipped, at = [], False, None, 0
    for row, line in enumerate(text.splitlines(keepends=True), 1):
        bare_line = re.sub(r"#.*", "", line)
        indent = len(line) - len(line.lstrip())
        if bare_line.strip() and indent == 0:
            inside = bare_line.startswith("rows:")
        elif inside and bare_line.strip():
            if skipped is not None and indent <= skipped:
                skipped = None
            if re.match(r"\s*sources:", bare_line):
                skipped = indent
            if skipped is None and not re.match(r"\s*(- )?(name|base|date|start): [^,]*$", bare_line):
                for m in re.finditer(r"(?<=: |, |\.\.)(?<![a-z]: \")(-?\d+(?:\.\d+)?|true|false)( ?[A-Za-z%][A-Za-z/]*)?"
                                     r"(?=\s*[,}\]]|\s*$|\.\.)|(?<=\[)(\d+)([a-z]*)(?=,)|(?<=: )(\d+)([a-z]+)(?=\.\.)",
                                     bare_line):
                    number = m.group(1) or m.group(3) or m.group(5)
                    unit = (m.group(2) or m.group(4) or m.group(6) or "")
                    s = at + m.start()
                    if number in ("true", "false"):
                        other = "false" if number == "true" else "true"
                    else:
                        other = other_figure(number, unit.strip())
                    key = re.findall(r"([\w-]+):", bare_line[:m.start()])
                    what = f"{key[-1] if key else ''}: {number}{unit} -> {other}{unit}"
                    found.append(Change(path, s, row, "figure", what, [(s, s + len(number), other)]))
        at += len(line)
    return found


def all_changes(tree):
    found = []
    for pattern in SOURCES:
        for path in sorted(tree.glob(pattern)):
            found += of_source(str(path.relative_to(tree)), path.read_text())
    for path in sorted(tree.glob(CATALOGS)):
        found += of_catalog(str(path.relative_to(tree)), path.read_text())
    return found


def overlap(change, taken):
    """Whether an edit stands where one of the drawn does, those apart that turn the same variable into no constant."""
    return any(s < te and ts < e and (s, e, t) != (ts, te, tt)
               for s, e, t in change.switched for ts, te, tt in taken)


def draw(tree, seed, count, only="", files=0):
    """`count` changes at random, each place alike; the same ones for a seed and a tree. With `files`, from so many
    files, which are drawn first by the number of places in them."""
    changes = [c for c in all_changes(tree) if re.search(only, c.file)]
    random.Random(seed).shuffle(changes)
    if files:
        some = list(dict.fromkeys(c.file for c in changes))[:files]
        share = count // len(some) + 1
        left = {f: share for f in some}
        changes = [c for c in changes if c.file in left and left.update({c.file: left[c.file] - 1}) is None
                   and left[c.file] >= 0]
    drawn, taken = [], {}
    for change in changes:
        if len(drawn) == count:
            break
        if overlap(change, taken.get(change.file, [])):
            continue
        change.id = len(drawn)
        taken.setdefault(change.file, []).extend(change.switched)
        drawn.append(change)
    return drawn


def apply(text, edits):
    done = set()
    for start, end, new in sorted(edits, key=lambda e: (e[0], e[1]), reverse=True):
        if (start, end, new) in done and "const" in new:
            continue
        done.add((start, end, new))
        text = text[:start] + new + text[end:]
    return text
