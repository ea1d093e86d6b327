"""What the changes of small texts are, and that a copy of the tree can be made and configured as tools/mutate does, so that
it is known to work: run by .ci/run."""
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
import build  # noqa: E402
import sites  # noqa: E402
import state  # noqa: E402

TREE = Path(__file__).resolve().parent.parent.parent

SOURCE = '''#include <a> // 1 + 1
constexpr int limit = 60;
int f(int a, int b) {
  if (a < b && a != 3) return std::min(a, b) - 1;
  ++a;
  b += 2;
  return a >= 10 ? a * b : "1 < 2"[0];
}
'''
CATALOG = '''sources:
  wait: {source: a, status: assumed, note: 5 min}
rows:
  - name: one
    wait: {least: 5s, share: 40%, flag: true}  # 7
    sizes: [1, 20]
    sources:
      wait: {source: b, status: assumed}
'''


def expect(got, wanted, what):
    missing, more = sorted(set(wanted) - set(got)), sorted(set(got) - set(wanted))
    if missing or more:
        raise SystemExit(f"{what}: missing {missing}, too many {more}")


def changed(text, change, number=None):
    edits = change.plain if number is None else [(s, e, t.format(id=number)) for s, e, t in change.switched]
    return sites.apply(text, edits)


def main():
    found = sites.of_source("sim/a.cpp", SOURCE)
    expect([f"{c.row} {c.what}" for c in found],
           ["2 60 -> 75", "4 < -> <=", "4 && -> ||", "4 != -> ==", "4 3 -> 4", "4 std::min -> std::max", "4 - -> +",
            "4 1 -> 2", "4 !(a < b && a != 3)", "5 ++ -> --", "6 += -> -=", "6 2 -> 3", "7 >= -> >", "7 10 -> 12",
            "7 * -> /", "7 0 -> 1"], "changes of a source")
    by = {c.what: c for c in found}
    expect([changed(SOURCE, by["&& -> ||"]).splitlines()[3]],
           ["  if (a < b || a != 3) return std::min(a, b) - 1;"], "a plain change")
    expect([changed(SOURCE, by["&& -> ||"], 5).splitlines()[3]],
           ["  if ((::mutant::live(5) ? ((a < b) || (a != 3)) : ((a < b) && (a != 3)))) return std::min(a, b) - 1;"],
           "a change behind a switch")
    expect([changed(SOURCE, by["60 -> 75"], 5).splitlines()[1]],
           ["const int limit = (::mutant::live(5) ? 75 : 60);"], "a constant behind a switch")
    found = sites.of_catalog("models/a.yaml", CATALOG)
    expect([f"{c.row} {c.what}" for c in found],
           ["5 least: 5s -> 6s", "5 share: 40% -> 41%", "5 flag: true -> false", "6 sizes: 1 -> 2", "6 sizes: 20 -> 22"],
           "changes of a catalog")
    with tempfile.TemporaryDirectory() as folder:
        work = state.Work(Path(folder), [])
        build.copy_all(TREE, work)
        build.configure(work)


if __name__ == "__main__":
    main()
