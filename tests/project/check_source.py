#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds the sources to CONTRIBUTING.md: arrows between folders, sizes, licence lines, comments.

Prints TAP. Every rule is first tried on a planted violation, so a rule that finds nothing because
it is broken fails as well.
"""

import re
import sys
from pathlib import Path

MAX_FILE_LINES = 610  # "under about 600"
MAX_TEST_LINES = 800
MAX_FUNCTION_LINES = 40

# Which folders of src/ the files of each may include from, beside their own.
ARROWS = {
    "core": set(),
    "client": {"core"},
    "store": {"core"},
    "server": {"core", "store"},
    "worker": {"core", "client"},
    "ctl": {"core", "client"},
    "app": {"core", "client"},
}


class Source:
    def __init__(self, path, text):
        self.path = Path(path)
        self.text = text
        self.lines = text.split("\n")

    @property
    def folder(self):
        return self.path.parts[1] if self.path.parts[0] == "src" else None

    def functions(self):
        """Yields (name, first line, last line, is static): GNU style puts the name, the opening and
        the closing brace of a definition in the first column."""
        for start, line in enumerate(self.lines):
            match = re.match(r"([a-z]\w*) \(", line)
            if not match or start == 0 or self.lines[start - 1].strip() == "":
                continue
            opening = start
            while opening < len(self.lines) and self.lines[opening] != "{":
                if self.lines[opening].endswith(";"):
                    break
                opening += 1
            if opening == len(self.lines) or self.lines[opening] != "{":
                continue
            closing = self.lines.index("}", opening)
            yield match[1], start, closing, "static" in self.lines[start - 1].split()


def rule_licence(sources):
    for source in sources:
        if source.path.suffix == ".md":
            continue
        if "SPDX-License-Identifier: GPL-3.0-or-later" not in "\n".join(source.lines[:3]):
            yield f"{source.path}: no SPDX licence line at its top"


def rule_arrows(sources):
    owners = {}
    for source in sources:
        if source.path.suffix == ".h" and source.folder:
            owners.setdefault(source.path.name, set()).add(source.folder)
    for source in sources:
        if source.folder not in ARROWS:
            continue
        for included in re.findall(r'^#include [<"]([^>"]+)[>"]', source.text, re.MULTILINE):
            folders = owners.get(Path(included).name)
            if folders and not folders & (ARROWS[source.folder] | {source.folder}):
                yield f"{source.path}: includes {included} of src/{min(folders)}, against the arrows"


def rule_file_size(sources):
    for source in sources:
        limit = MAX_TEST_LINES if source.path.parts[0] == "tests" else MAX_FILE_LINES
        if len(source.lines) > limit:
            yield f"{source.path}: {len(source.lines)} lines, more than {limit}"


def rule_function_size(sources):
    for source in sources:
        if source.path.suffix != ".c" or source.folder is None:
            continue
        for name, first, last, _ in source.functions():
            length = last - first + 1
            if length > MAX_FUNCTION_LINES:
                yield f"{source.path}:{first + 1}: {name}() has {length} lines, more than {MAX_FUNCTION_LINES}"


def rule_documented(sources):
    # Public is what a header offers to other rooms; a private header speaks to a few files of one.
    documented = set()
    for source in sources:
        documented.update(re.findall(r"/\*\*\s*\n?\s*\*?\s*(bw_\w+):", source.text))
        if source.path.name.endswith("-private.h"):
            documented.update(re.findall(r"(bw_\w+) +\(", source.text))
    for source in sources:
        if source.path.suffix != ".c" or source.folder is None:
            continue
        for name, first, _, static in source.functions():
            if name.startswith("bw_") and not static and name not in documented:
                if not name.endswith("_get_type"):
                    yield f"{source.path}:{first + 1}: {name}() has no doc comment"


def rule_no_goto(sources):
    for source in sources:
        if source.path.suffix == ".c" and re.search(r"^\s+goto \w+;", source.text, re.MULTILINE):
            yield f"{source.path}: goto; g_autoptr and a function of its own read better"


def rule_white_space(sources):
    for source in sources:
        for number, line in enumerate(source.lines, 1):
            if line != line.rstrip() or "\t" in line:
                yield f"{source.path}:{number}: trailing white space or a tab"


def rule_translatable(sources):
    pattern = re.compile(r'^\s*(label|title|subtitle|tooltip-text|description|placeholder-text): "[^"]*[A-Za-z]{2}')
    for source in sources:
        if source.path.suffix == ".blp":
            for number, line in enumerate(source.lines, 1):
                if pattern.match(line):
                    yield f"{source.path}:{number}: a text that can't be translated; write _(\"…\")"


def rule_potfiles(sources):
    listed = next((set(s.text.split("\n")) for s in sources if s.path == Path("po/POTFILES")), set())
    for source in sources:
        if source.folder and source.path.suffix in (".c", ".blp"):
            if re.search(r"\b(_|N_|C_|ngettext|g_dngettext) ?\(", source.text) and str(source.path) not in listed:
                yield f"{source.path}: has texts to translate, but po/POTFILES does not list it"


def rule_F1_layout(sources):
    tops = {source.path.parts[0] for source in sources}
    for name in ("src", "data", "po", "help", "tests", "meson.build", "README.md"):
        if name not in tops:
            yield f"{name} is missing: a GNOME application has src, data, po, help, tests, meson.build and README.md"
    for source in sources:
        if source.path.suffix == ".c" and source.folder == "app" and re.search(r"#include <(Qt|qt|X11/)", source.text):
            yield f"{source.path}: the application stands on GTK alone"


PLANTED = {
    rule_F1_layout: [("src/app/bw-a.c", "int a;\n")],
    rule_licence: [("src/core/bw-a.c", "int a;\n")],
    rule_arrows: [("src/store/bw-b.h", "x"), ("src/core/bw-a.c", '#include "bw-b.h"\n')],
    rule_file_size: [("src/core/bw-a.c", "\n" * (MAX_FILE_LINES + 1))],
    rule_function_size: [("src/core/bw-a.c", "static void\nbw_a (void)\n{\n" + "  x ();\n" * 50 + "}\n")],
    rule_documented: [("src/core/bw-a.c", "void\nbw_a (void)\n{\n}\n")],
    rule_no_goto: [("src/core/bw-a.c", "void\nbw_a (void)\n{\n  goto out;\n}\n")],
    rule_white_space: [("src/core/bw-a.c", "int a; \n")],
    rule_potfiles: [("src/app/bw-a.c", 'x (_("Jobs"));\n')],
    rule_translatable: [("src/app/bw-a.blp", 'Label { \n  label: "Jobs";\n}\n')],
}


def read_tree(root):
    patterns = ("src/**/*.c", "src/**/*.h", "src/**/*.blp", "src/**/*.sql", "tests/**/*.c", "tests/**/*.h",
                "tests/**/*.py", "**/meson.build", "po/POTFILES", "README.md")
    paths = sorted({p for pattern in patterns for p in root.glob(pattern)})
    return [Source(p.relative_to(root), p.read_text()) for p in paths
            if not p.relative_to(root).parts[0].startswith(("_", "."))]


def main():
    sources = read_tree(Path(sys.argv[1]))
    print(f"1..{2 * len(PLANTED)}")
    number = 0
    for rule, planted in PLANTED.items():
        name = rule.__name__.removeprefix("rule_").replace("_", "-")
        number += 1
        found = list(rule([Source(*p) for p in planted]))
        print(f"{'ok' if found else 'not ok'} {number} /project/{name}/finds-a-planted-violation")
        number += 1
        found = list(rule(sources))
        for line in found:
            print(f"# {line}")
        print(f"{'not ok' if found else 'ok'} {number} /project/{name}")


if __name__ == "__main__":
    main()
