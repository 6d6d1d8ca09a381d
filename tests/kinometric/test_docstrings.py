"""Every public function and class of the library says what it takes, gives and raises, in which shape and unit."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import kinometric.report

ROOT = Path(__file__).resolve().parents[2]
SECTIONS = ("Parameters", "Returns", "Yields", "Raises", "Attributes", "Notes", "References", "Examples")
SCIENCE = ("recordings", "sway", "scoring")
#: Where every parameter, attribute, return value and error is described; elsewhere the types of the values say it.
DESCRIBED = (*SCIENCE, "questionnaires", "matching", "interpretation", "exchange")
EXPORTED = frozenset(kinometric.report.__all__)
COMMAND = ("add_arguments", "run")
SHAPE = re.compile(r"\((?:n|m|k|\.\.\.|\d+)[,)]|\((?:n|m|k|2|3|\.\.\.), [^)]*\)")
UNIT = re.compile(
    r"_(s|hz|m_s2|m_s3|m2_s5|m2_s4|deg|percent|years|cm|n|g|db|share|ratio|factor\d*|score|points|mm|pt|width|height)$"
    r"|\b(s|seconds?|Hz|m/s2|m/s²|m2/s5|g|degrees?|radians|points?|per ?cent|percent|years?|cm|N|mm|pt|unit|units|"
    r"share|ratio|factor|without a unit|u|u/s|u²|0 to 1(0|00)?|number of|rms|correlation|ICC|quantile)\b",
    re.IGNORECASE,
)


def modules() -> list[Path]:
    return [
        path
        for path in sorted((ROOT / "kinometric").rglob("*.py"))
        if not any(part.startswith("_") and part != "__init__.py" for part in path.relative_to(ROOT).parts)
    ]


def sections(text: str) -> dict[str, str]:
    """The numpy sections of a docstring."""
    lines = text.splitlines()
    heads = [
        number
        for number in range(len(lines) - 1)
        if lines[number].strip() in SECTIONS and set(lines[number + 1].strip()) == {"-"}
    ]
    ends = [*heads[1:], len(lines)] if heads else []
    return {lines[head].strip(): "\n".join(lines[head + 2 : end]) for head, end in zip(heads, ends, strict=True)}


def entries(section: str) -> dict[str, str]:
    """Name -> type and description of a section's entries; ``a, b : float`` describes both."""
    found: dict[str, str] = {}
    names: list[str] = []
    for line in section.splitlines():
        if line and not line.startswith(" "):
            head, _, kind = line.partition(" :")
            names = [name.strip().lstrip("*") for name in head.split(",")]
            for name in names:
                found[name] = kind
        else:
            for name in names:
                found[name] += "\n" + line
    return found


def public(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef | ast.ClassDef, ast.ClassDef | None]]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            yield node.name, node, None
            if isinstance(node, ast.ClassDef):
                for inner in node.body:
                    if isinstance(inner, ast.FunctionDef) and not inner.name.startswith("_") and not _is_protocol(node):
                        yield f"{node.name}.{inner.name}", inner, node


def _is_protocol(node: ast.ClassDef) -> bool:
    return any(ast.unparse(base) == "Protocol" for base in node.bases)


def is_property(node: ast.FunctionDef) -> bool:
    return any("property" in ast.unparse(decorator) for decorator in node.decorator_list)


def raised(node: ast.FunctionDef) -> set[str]:
    """Exceptions that the function's own lines raise."""
    found = set()
    for inner in ast.walk(node):
        if isinstance(inner, ast.Raise) and inner.exc is not None:
            called = inner.exc.func if isinstance(inner.exc, ast.Call) else inner.exc
            if isinstance(called, ast.Name) and called.id[0].isupper():
                found.add(called.id)
    return found


def complaints(path: Path) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if not ast.get_docstring(tree):
        yield "the module has no docstring"
    for name, node, owner in public(tree):
        text = ast.get_docstring(node)
        if not text:
            yield f"{name} has no docstring"
            continue
        if path.name.endswith("command.py") and name in COMMAND:
            # Each subcommand has the two that `kinometric.cli.Command` describes.
            continue
        if not text.splitlines()[0].rstrip().endswith((".", ".”", '."', ":")):
            yield f"{name}: the first line is no sentence"
        package = path.relative_to(ROOT).parts[1]
        if package not in DESCRIBED and not (package == "report" and name.split(".")[0] in EXPORTED):
            continue
        parts = sections(text)
        if isinstance(node, ast.ClassDef):
            yield from (f"{name}: {complaint}" for complaint in of_class(node, parts, path))
        else:
            yield from (f"{name}: {complaint}" for complaint in of_function(node, parts, text, owner, path))


def of_class(node: ast.ClassDef, parts: dict[str, str], path: Path) -> Iterator[str]:
    fields = [
        item
        for item in node.body
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name) and not item.target.id.startswith("_")
    ]
    told = entries(parts.get("Attributes", ""))
    for item in fields:
        assert isinstance(item.target, ast.Name)
        if item.target.id not in told:
            yield f"the attribute {item.target.id} is not described"
        else:
            yield from measured(item.target.id, ast.unparse(item.annotation), told[item.target.id], path)


def of_function(
    node: ast.FunctionDef, parts: dict[str, str], text: str, owner: ast.ClassDef | None, path: Path
) -> Iterator[str]:
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    arguments += [extra for extra in (node.args.vararg, node.args.kwarg) if extra is not None]
    if owner is not None and arguments and arguments[0].arg in ("self", "cls"):
        arguments = arguments[1:]
    told = entries(parts.get("Parameters", ""))
    for argument in arguments:
        if argument.arg not in told:
            yield f"the parameter {argument.arg} is not described"
        elif argument.annotation is not None:
            yield from measured(argument.arg, ast.unparse(argument.annotation), told[argument.arg], path)
    returns = "None" if node.returns is None else ast.unparse(node.returns)
    if returns not in ("None", "NoReturn") and not is_property(node) and not {"Returns", "Yields"} & set(parts):
        yield "what it returns is not described"
    if "FloatArray" in returns and path.parts[-2] in SCIENCE and not SHAPE.search(parts.get("Returns", text)):
        yield "the shape that it returns is not told"
    for error in sorted(raised(node) - {"AttributeError", "AssertionError", "NotImplementedError"}):
        if error not in parts.get("Raises", ""):
            yield f"{error} is not told under Raises"


def measured(name: str, annotation: str, told: str, path: Path) -> Iterator[str]:
    """Arrays tell their shape, numbers their unit, in the science."""
    if path.relative_to(ROOT).parts[1] not in SCIENCE:
        return
    if "FloatArray" in annotation and not SHAPE.search(told):
        yield f"the shape of {name} is not told"
    if re.fullmatch(r"float( \| None)?", annotation) and not UNIT.search(name) and not UNIT.search(told):
        yield f"the unit of {name} is not told"


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_everything_public_says_what_it_takes_gives_and_raises(path: Path) -> None:
    assert list(complaints(path)) == []


def test_the_measures_of_the_library_name_formula_and_paper() -> None:
    from kinometric import measure

    for word in ("sqrt(mean(x² + y²))", "Mancini 2012", "Schubert 2014", "Prieto 1996"):
        assert word in str(measure.__doc__)
