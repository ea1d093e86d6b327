"""Runs test cases on the changed program, and says which changes were noticed, and by what."""
import hashlib
import json
import os
import re
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import build
import sites

# Test cases that compare with texts printed before, or with what an example or a message says: a change that only
# these notice is not known to be wrong.
GOLDEN = re.compile(r"^(tests/unit/(\w+_text|output|comparison_output|bad_scenarios|ci_page|settings_schema)_test"
                    r"|tests/scenario/examples_test|tests/cli/(readme|catalog)_test)\.cpp$")
UNNOTICED = "not noticed"  # by a test; the examples are still to be run
EXAMPLE = "example/"  # no test: tells whether a change that no test notices changes a result


def files_of_tests(copy):
    """The file of each test case by its name."""
    found = {}
    for path in sorted((copy / "tests").rglob("*.cpp")):
        for m in re.finditer(r'TEST_CASE\(\s*((?:"(?:\\.|[^"\\])*"\s*)+)', path.read_text()):
            name = "".join(re.findall(r'"((?:\\.|[^"\\])*)"', m.group(1)))
            found[name.replace('\\"', '"')] = str(path.relative_to(copy))
    return found


def environment(**more):
    names = {k: v for k, v in os.environ.items() if not k.startswith("HUBSTORM_MUTANT")}
    names.update(more)
    return names


def command(work, test):
    kind, name = test.split("/", 1)
    if kind == "example":
        return [str(work.build / "hubstorm"), "run", str(work.copy / "scenarios" / name), "--replications", "1", "--jobs",
                "1", "--quiet", "--json"]
    escaped = re.sub(r"([,\[\]\\*])", r"\\\1", name)
    return [str(work.build / "tests" / f"test_{kind}"), escaped, "--warn", "NoTests"]


def run_test(work, test, limit, env):
    """Whether it passes, the seconds it took, and of an example what it found."""
    begin = time.monotonic()
    process = subprocess.Popen(command(work, test), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, env=env, cwd=work.build / "tests", start_new_session=True)
    try:
        out, _ = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        process.communicate()
        return False, time.monotonic() - begin, "too long"
    found = ""
    if test.startswith(EXAMPLE):
        try:
            summary = json.loads(out)
            for apart in ("meta", "manifest"):
                summary.pop(apart, None)
            found = hashlib.sha256(json.dumps(summary, sort_keys=True).encode()).hexdigest()
        except ValueError:
            found = "no summary"
        return found != "no summary", time.monotonic() - begin, found
    return process.returncode == 0, time.monotonic() - begin, found


def names_of_tests(work):
    found = []
    for kind in work.kinds:
        binary = work.build / "tests" / f"test_{kind}"
        out = subprocess.run([binary, "--list-test-names-only"], text=True, capture_output=True).stdout
        found += [f"{kind}/{name.strip()}" for name in out.splitlines() if name.strip()]
    return found + [EXAMPLE + p.name for p in sorted((work.copy / "scenarios").glob("*.yaml"))]


class Baseline:
    """What each test case takes and comes to in the program as it is."""

    def __init__(self, work, options):
        self.work = work
        self.known = work.load("baseline.json", {})
        changes = work.changes()
        todo = [t for t in names_of_tests(work) if t not in self.known]
        self.new = set(todo)
        if todo:
            build.say(f"{len(todo)} test cases on the program as it is")
        lock = threading.Lock()

        def one(test):
            if time.monotonic() > options.until:
                return
            place = work.folder / f"reached-{threading.get_ident()}"
            place.write_bytes(b"\0" * (len(changes) or 1))
            env = environment(HUBSTORM_MUTANT_REACHED=str(place))
            limit = options.test_limit * (10 if test.startswith(EXAMPLE) else 1)
            passed, seconds, found = run_test(work, test, limit, env)
            reached = [i for i, byte in enumerate(place.read_bytes()) if byte]
            with lock:
                self.known[test] = {"passed": passed, "seconds": seconds, "reached": reached, "found": found}
                if len(self.known) % 20 == 0:
                    work.save("baseline.json", self.known)

        with ThreadPoolExecutor(options.jobs) as pool:
            list(pool.map(one, todo))
        work.save("baseline.json", self.known)
        for place in work.folder.glob("reached-*"):
            place.unlink()
        failing = [t for t, b in self.known.items() if not b["passed"]]
        if todo and failing:
            build.say("left out, as they fail on the program as it is: " + "; ".join(failing))


class Judge:
    """Judges changes by the test cases that come to them."""

    def __init__(self, work, options):
        self.work, self.options = work, options
        baseline = Baseline(work, options)
        self.base, self.new = baseline.known, baseline.new
        self.files = files_of_tests(work.copy)
        self.changes = work.changes()
        self.verdicts = work.verdicts()
        self.noticed = {}  # how often a test case noticed a change of a file
        for i, verdict in self.verdicts.items():
            self.count(self.changes[i], verdict)
        self.lock = threading.Lock()

    def count(self, change, verdict):
        if verdict.get("by"):
            key = (change.file, verdict["by"])
            self.noticed[key] = self.noticed.get(key, 0) + 1

    def golden(self, test):
        return bool(GOLDEN.match(self.files.get(test.split("/", 1)[1], "")))

    def that_can_tell(self, change):
        """Test cases and examples that come to the place of the change; where that is not known, to another one of its
        file. Those first that are new, or noticed a change of this file; then the quick ones that come to few."""
        ids = {change.id}
        if not change.switched:
            ids = {c.id for c in self.changes if c.file == change.file and c.switched}
        tests = [t for t, b in self.base.items() if b["passed"] and b["seconds"] <= self.options.test_limit
                 and (change.kind == "figure" or not ids or ids & set(b["reached"]))]
        order = lambda t: (self.golden(t), t not in self.new, -self.noticed.get((change.file, t), 0),
                           self.base[t]["seconds"] * len(self.base[t]["reached"]))
        tests.sort(key=order)
        return [t for t in tests if not t.startswith(EXAMPLE)], [t for t in tests if t.startswith(EXAMPLE)]

    def env(self, change):
        if change.kind == "figure":
            path = self.work.folder / f"figures-{change.id}.yaml"
            text = self.work.load("texts.json", {})[change.file]
            path.write_text(sites.apply(text, change.plain))
            return environment(HUBSTORM_MUTANT_FIGURES=f"{change.file}={path}")
        return environment(HUBSTORM_MUTANT=str(change.id)) if change.switched else environment()

    def judge(self, change):
        """Runs test cases until one notices."""
        begin, env = time.monotonic(), self.env(change)
        tests, examples = self.that_can_tell(change)
        for ran, test in enumerate(tests, 1):
            if time.monotonic() - begin > self.options.budget:
                return self.verdict(UNNOTICED, begin, ran - 1, of=len(tests))
            passed, _, found = run_test(self.work, test, 10 + 10 * self.base[test]["seconds"], env)
            if not passed:
                return self.verdict("noticed", begin, ran, by=test, golden=self.golden(test),
                                    why=found or "failed")
        return self.verdict(UNNOTICED if tests or examples else "not reached", begin, len(tests))

    def compare(self, change):
        """Of a change that no test case notices: runs examples until one gives another result."""
        begin, env = time.monotonic(), self.env(change)
        _, examples = self.that_can_tell(change)
        for ran, example in enumerate(examples, 1):
            if time.monotonic() - begin > self.options.budget:
                return self.verdict("no difference", begin, ran - 1, of=len(examples), differs=[])
            _, _, found = run_test(self.work, example, 10 + 10 * self.base[example]["seconds"], env)
            if found != self.base[example]["found"]:
                return self.verdict("changes a result", begin, ran, differs=[example])
        return self.verdict("no difference", begin, len(examples), differs=[])

    def verdict(self, outcome, begin, ran, **more):
        return {"outcome": outcome, "seconds": round(time.monotonic() - begin, 1), "ran": ran, **more}

    def keep(self, change, verdict):
        with self.lock:
            self.verdicts[change.id] = verdict
            self.count(change, verdict)
            self.work.save_verdicts(self.verdicts)
            build.say(f"{len(self.verdicts)}: {verdict['outcome']} {verdict.get('by', '')} | {change.line()}")


def run(work, options):
    """Test cases judge all changes; then examples those that no test case notices."""
    judge = Judge(work, options)
    again = options.what == "retry"
    settled = ("noticed", "does not compile")
    todo = [c for c in judge.changes if c.id not in judge.verdicts
            or again and (judge.verdicts[c.id]["outcome"] not in settled or judge.verdicts[c.id].get("golden"))]
    in_one_build = [c for c in todo if c.switched or c.kind == "figure"]
    each(judge, judge.judge, in_one_build)
    each(judge, judge.compare, [c for c in judge.changes if (c.switched or c.kind == "figure")
                                and judge.verdicts.get(c.id, {}).get("outcome") == UNNOTICED])
    for change in todo:
        if change not in in_one_build and time.monotonic() < options.until:
            judge_alone(judge, change)


def each(judge, how, changes):
    def one(change):
        if time.monotonic() < judge.options.until:
            judge.keep(change, how(change))

    with ThreadPoolExecutor(judge.options.jobs) as pool:
        list(pool.map(one, changes))


def judge_alone(judge, change):
    undo = build.build_alone(judge.work, change)
    if undo is None:
        return judge.keep(change, judge.verdict("does not compile", time.monotonic(), 0))
    try:
        verdict = judge.judge(change)
        judge.keep(change, judge.compare(change) if verdict["outcome"] == UNNOTICED else verdict)
    finally:
        undo()


def report(work):
    changes, verdicts = work.changes(), work.verdicts()
    of = lambda outcome: [i for i, v in sorted(verdicts.items()) if v["outcome"] == outcome]
    lines = [f"{len(changes)} changes drawn, {len(verdicts)} judged"]
    noticed = of("noticed")
    golden = [i for i in noticed if verdicts[i]["golden"]]
    for title, which in (("noticed by a test that is no golden text", [i for i in noticed if i not in golden]),
                         ("noticed by a golden text alone", golden),
                         ("change a result, and nobody notices", of("changes a result")),
                         ("reached by tests and examples, without a difference that they show", of("no difference")),
                         ("noticed by no test, examples not run yet", of(UNNOTICED)),
                         ("reached by no test", of("not reached")),
                         ("do not compile", of("does not compile"))):
        lines.append(f"{len(which):5}  {title}")
    surely = len(noticed) + len(of("changes a result"))
    if surely:
        lines.append(f"{100 * (len(noticed) - len(golden)) / surely:5.1f} % of those that are known to change a result"
                     " are noticed by a test that is no golden text")
    for title, which in (("Noticed by", noticed), ("Not noticed", [i for i in sorted(verdicts) if i not in noticed])):
        lines += ["", title]
        for i in which:
            v = verdicts[i]
            by = ("golden: " if v.get("golden") else "") + v.get("by", v["outcome"]) + " ".join(v.get("differs", []))
            lines.append(f"  {i} {changes[i].line()}\n      {by}")
    return "\n".join(lines)
