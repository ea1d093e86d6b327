"""The copy of the tree that holds all changes behind switches, and its build."""
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import sites

SWITCH = '#include "tools/mutation/switch.hpp"\n'


def say(text):
    print(text, file=sys.stderr, flush=True)


def files_of(tree):
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=tree, check=True, text=True,
                            capture_output=True).stdout.splitlines()
    return [f for f in listed if (tree / f).is_file()]


def write(path, text):
    if path.exists() and path.read_text() == text:
        return  # what is not written is not built again
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def copy_file(tree, work, name):
    source, to = tree / name, work.copy / name
    to.parent.mkdir(parents=True, exist_ok=True)
    if not to.exists() or to.read_bytes() != source.read_bytes():
        shutil.copy2(source, to)


def copy_tree(tree, work):
    for name in files_of(tree):
        if made_over(name):
            continue
        copy_file(tree, work, name)


def with_switches(path, text, changes):
    """The file with these changes behind switches; errors keep the numbers of the lines."""
    edits = [(s, e, new.format(id=c.id)) for c in changes for s, e, new in c.switched]
    text = sites.apply(text, edits)
    quiet = "#pragma GCC system_header\n" if path.endswith(".hpp") else ""
    return quiet + SWITCH + f'#line 1 "{path}"\n' + text


def read_figures_from_files(work):
    path = work.copy / "models/catalog_file.cpp"
    text = path.read_text()
    if "mutant::figures" in text:
        return
    place = "all.emplace_back(std::string(file.path), std::string(file.text), file.table);"
    if place not in text:
        raise SystemExit("models/catalog_file.cpp: the place where a catalog is read has changed; see build.py")
    text = text.replace(place, "{ if (auto other = ::mutant::figures(file.path)) "
                               "all.emplace_back(std::string(file.path), *other); else " + place + " }")
    write(path, text if SWITCH in text else SWITCH + text)


def quiet_warnings(work, names):
    """Warnings of changed files are no errors: a change may well compare what is always true."""
    path = work.copy / "CMakeLists.txt"
    text = path.read_text().split("# changed files\n")[0]
    text += "# changed files\nset_source_files_properties(\n"
    text += "".join(f"  ${{CMAKE_SOURCE_DIR}}/{n}\n" for n in sorted(set(names)))
    write(path, text + '  PROPERTIES COMPILE_OPTIONS "-w;-Wno-narrowing")\n')


def test_text(tree, work, name):
    """A file of the tests as the copy has it: what it reads and runs are those of the copy, where it names them; the
    others keep the definitions of the tree. Tests are built quickly rather than to be quick."""
    text = (tree / name).read_text()
    if name == "tests/CMakeLists.txt":
        for place, other in (("add_compile_options(${QUICKLY})", "add_compile_options(${QUICKLY} -O0)"),
                             ('TREE="${CMAKE_SOURCE_DIR}"', f'TREE="{tree}"'),
                             ('BUILD="${CMAKE_BINARY_DIR}"', f'BUILD="{tree}/build/release"')):
            if place not in text:
                raise SystemExit(f"tests/CMakeLists.txt: {place} has changed; see build.py")
            text = text.replace(place, other)
        return text
    if name.endswith(".cpp") and re.search(r"\b(TREE|BUILD)\b", text):
        return (f'#undef TREE\n#undef BUILD\n#define TREE "{work.copy}"\n#define BUILD "{work.build}"\n'
                f'#line 1 "{name}"\n') + text
    return text


def made_over(name):
    return name.startswith("tests/") and name.endswith((".cpp", "CMakeLists.txt"))


def copy_tests(tree, work):
    for name in files_of(tree):
        if made_over(name):
            write(work.copy / name, test_text(tree, work, name))


def copy_all(tree, work):
    copy_tree(tree, work)
    copy_tests(tree, work)
    read_figures_from_files(work)


def configure(work):
    """Builds quickly rather than to be quick: changed headers reach nearly every file."""
    if not (work.build / "build.ninja").exists():
        linker = ["-DCMAKE_EXE_LINKER_FLAGS=-fuse-ld=mold"] if shutil.which("mold") else []
        subprocess.run(["cmake", "--preset", "release", "--log-level=WARNING",
                        "-DCMAKE_CXX_FLAGS_RELEASE=-O1 -DNDEBUG -w", *linker], cwd=work.copy, check=True)


def parses(work, name):
    """What the compiler says of a file as it is now, in the words of ninja; nothing where it has no objections. A
    header is read by itself: what it lacks shows before everything that includes it is built."""
    commands = json.loads((work.build / "compile_commands.json").read_text())
    room = name.split("/")[0]
    entry = next((c for c in commands if c["file"].endswith("/tree/" + name)), None) or next(
        c for c in commands if f"/tree/{room}/" in c["file"])
    words = shlex.split(entry["command"])
    words = words[:words.index("-o")] + ["-fsyntax-only", "-x", "c++", str(work.copy / name)]
    done = subprocess.run([w for w in words if not w.endswith("ccache")], cwd=entry["directory"], text=True,
                          capture_output=True)
    return f"FAILED: {name}.o\n\n{done.stderr}" if done.returncode != 0 else ""


def ninja(work):
    configure(work)
    return subprocess.run(["ninja", "-C", str(work.build), "-k", "0", "hubstorm",
                           *(f"test_{kind}" for kind in work.kinds)], text=True, capture_output=True)


def rows(change, text):
    first = min(s for s, _, _ in change.switched)
    last = max(e for _, e, _ in change.switched)
    return range(sites.row_of(text, first), sites.row_of(text, last) + 1)


def to_blame(output, switched, texts):
    """The changes that keep a file from being compiled, by the places that the compiler names."""
    blamed = set()
    for block in re.split(r"^FAILED: ", output, flags=re.M)[1:]:
        lines = block.splitlines()
        unit = re.search(r"(\S+)\.o\b", lines[0])
        unit = re.sub(r"^.*\.dir/", "", unit.group(1)) if unit else ""
        errors = [x for x in lines if "error:" in x]
        for group in (errors, lines[2:]):
            places = {(re.sub(r"^.*?((sim|models|tools)/)", r"\1", f), int(r))
                      for x in group for f, r in re.findall(r"([\w./+-]+\.[ch]pp):(\d+)", x)}
            here = {c.id for c in switched if any(f == c.file and r in rows(c, texts[f]) for f, r in places)}
            if here:
                break
        if not here:  # a constant that is needed while compiling fails where it is used
            files = {f for f, _ in places} | {unit}
            here = {c.id for c in switched if c.file in files and len(c.switched) > 1}
        if not here:
            here = {c.id for c in switched if c.file == unit}
        blamed |= here
        if not here and errors:
            say("nothing to blame for: " + errors[0])
    return blamed


def prepare(tree, work, drawn):
    """Copies the tree and builds it with every change that a switch can hold. What is built already stays."""
    if work.load("built.json", False):
        return
    copy_all(tree, work)
    texts = {c.file: (tree / c.file).read_text() for c in drawn}
    work.save("texts.json", texts)
    switched = [c for c in drawn if c.switched]
    quiet_warnings(work, [f for f in texts if f.endswith(".cpp")] + ["models/catalog_file.cpp"])
    sources = [f for f in texts if not f.endswith(".yaml")]
    unread = sources
    configure(work)
    while True:
        for name in sources:
            here = [c for c in switched if c.file == name]
            write(work.copy / name, with_switches(name, texts[name], here) if here else texts[name])
        read_figures_from_files(work)
        if unread:
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                output = "".join(pool.map(lambda name: parses(work, name), unread))
        else:
            say(f"building with {len(switched)} changes behind switches")
            built = ninja(work)
            if built.returncode == 0:
                break
            output = built.stdout
        blamed = to_blame(output, switched, texts)
        if output and not blamed:
            raise SystemExit(output[-5000:])
        unread = sorted({c.file for c in switched if c.id in blamed})
        if blamed:
            say(f"{len(blamed)} changes cannot stand behind a switch")
        switched = [c for c in switched if c.id not in blamed]
    kept = {c.id for c in switched}
    for change in drawn:
        if change.id not in kept:
            change.switched = []
    work.save_changes(drawn)
    work.save("built.json", True)


def update_tests(tree, work):
    """The copy gets the tests of the tree as they are now."""
    for name in files_of(tree):
        if name.startswith("tests/") and not made_over(name):
            copy_file(tree, work, name)
    copy_tests(tree, work)
    built = ninja(work)
    if built.returncode != 0:
        raise SystemExit(built.stdout[-5000:])


def build_alone(work, change):
    """Builds a change that no switch can hold. Returns what undoes it, or None where it does not compile."""
    path = work.copy / change.file
    whole = path.read_text()
    path.write_text(sites.apply(work.load("texts.json", {})[change.file], change.plain))

    def undo():
        path.write_text(whole)
    if not parses(work, change.file) and ninja(work).returncode == 0:
        return undo
    undo()
    return None
