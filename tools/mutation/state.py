"""What is kept of the work in its folder, so that a call goes on where the one before it stopped."""
import json
from dataclasses import asdict

from sites import Change


class Work:
    def __init__(self, folder, kinds):
        self.kinds = kinds
        self.folder = folder
        self.copy = folder / "tree"
        self.build = self.copy / "build" / "release"
        folder.mkdir(parents=True, exist_ok=True)

    def load(self, name, default):
        path = self.folder / name
        return json.loads(path.read_text()) if path.exists() else default

    def save(self, name, data):
        path = self.folder / (name + ".new")
        path.write_text(json.dumps(data, indent=0))
        path.rename(self.folder / name)

    def changes(self):
        found = [Change(**c) for c in self.load("changes.json", [])]
        for change in found:
            change.plain = [tuple(e) for e in change.plain]
            change.switched = [tuple(e) for e in change.switched]
        return found

    def save_changes(self, changes):
        self.save("changes.json", [asdict(c) for c in changes])

    def verdicts(self):
        return {int(k): v for k, v in self.load("verdicts.json", {}).items()}

    def save_verdicts(self, verdicts):
        self.save("verdicts.json", verdicts)
