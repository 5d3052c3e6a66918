"""The house has floors: every room imports only from above."""

import ast
from pathlib import Path

import archivetk

ROOT = Path(archivetk.__file__).parent

# from top to bottom; a module may import its own floor only where the floor says so
FLOORS = [
    {
        "errors",
        "patch",
        "bytemap",
        "version",
        "languages",
        "names",
        "langmodel",
        "dates",
        "people",
        "characters",
        "commonmark",
    },
    {"settings", "rules", "document", "media", "sitemodel", "names"},
    {"steps"},
    {"pipeline", "explain", "provenance", "vetting"},
    {"readers", "writers", "records"},
    {"check", "corpus"},
    {"guard"},
    {"jobs"},
    {"engines"},
    {"api", "archive", "learn", "verify"},
    {"cli"},
]
FREE = {"", "__main__"}  # the front door and its other name
ALONE = {"patch", "bytemap", "version", "errors"}


def imports(path: Path) -> set[str]:
    """The modules of the package that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            if node.module == "archivetk":
                found |= {f"archivetk.{one.name}" for one in node.names}
            elif node.module.startswith("archivetk."):
                found.add(node.module)
        elif isinstance(node, ast.Import):
            found |= {one.name for one in node.names if one.name.startswith("archivetk")}
        assert not (isinstance(node, ast.ImportFrom) and node.level), f"{path}: relative import"
    return found


def room(module: str) -> str:
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def files() -> list[tuple[str, Path]]:
    result = []
    for path in sorted(ROOT.rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(("archivetk", *[part for part in parts if part != "__init__"]))
        result.append((name, path))
    return result


def test_every_module_has_a_floor():
    rooms = {room(name) for name, _ in files()} - FREE
    assert rooms <= set().union(*FLOORS), "a new room needs a place in FLOORS"


def test_imports_only_from_above():
    height = {name: index for index, floor in enumerate(FLOORS) for name in floor}
    wrong = []
    for name, path in files():
        mine = room(name)
        if mine in FREE:
            continue
        for other in imports(path):
            theirs = room(other)
            if theirs in FREE:
                wrong.append(f"{name} imports the front door")
            elif theirs != mine and height[theirs] > height[mine]:
                wrong.append(f"{name} imports {other} from below")
            if mine in ALONE and theirs != mine and (mine, theirs) != ("bytemap", "errors"):
                wrong.append(f"{name} imports {other}, but stands alone")
    assert not wrong, "\n".join(wrong)


def test_steps_do_not_import_each_other():
    allowed = {("extract", "markup"), ("extract", "align")}
    wrong = []
    for name, path in files():
        parts = name.split(".")
        if parts[1:2] != ["steps"] or len(parts) < 3:
            continue
        for other in imports(path):
            others = other.split(".")
            if others[1:2] == ["steps"] and len(others) > 2 and others[2] != parts[2]:
                if (parts[2], others[2]) not in allowed:
                    wrong.append(f"{name} imports {other}")
    assert not wrong, "\n".join(wrong)


def test_nothing_imports_the_command_line():
    for name, path in files():
        if room(name) not in {"cli", "__main__"}:
            assert not any(room(other) == "cli" for other in imports(path)), name
