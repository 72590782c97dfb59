"""The house rules that a machine can check, by reading the source."""

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "claimstance"
FILES = sorted(SOURCE.rglob("*.py"))
NAMES = [path.relative_to(SOURCE).as_posix() for path in FILES]
HEAVY = ("torch", "transformers", "mlflow", "sklearn", "datasets", "matplotlib", "pandas", "ray")
HEAVY += ("onnx", "onnxruntime", "tokenizers")
# Where a library may be imported: in this file or below this folder, and nowhere else.
HOMES = {
    "mlflow": "tracking/",
    "torch": "models/",
    "transformers": "models/",
    "skops": "models/",
    "onnx": "models/",
    "onnxruntime": "models/",
    "tokenizers": "models/",
    "rich": "console.py",
    "jinja2": "page/render.py",
    "fastapi": "serving/",
    "starlette": "serving/",
    "uvicorn": "serving/",
    "trafilatura": "reading/",
    "sentencex": "reading/",
    "matplotlib": "evaluation/",
    "datasketch": "labelling/",
    "ray": "prediction/cluster",
}
VAGUE = {"utils", "util", "common", "base", "helpers", "misc"}
BINARY = {".png", ".parquet", ".arrow", ".skops", ".safetensors"}


@cache
def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path):
    """The top-level names of everything that a file imports, wherever in it."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("library", HOMES)
def test_a_library_is_imported_in_one_place(library):
    users = {name for name, path in zip(NAMES, FILES, strict=True) if library in imports(path)}
    assert users, f"nobody imports {library} any more: take it out of HOMES"
    assert not {name for name in users if not name.startswith(HOMES[library])}


def test_only_the_console_prints():
    calls = {
        name
        for name, path in zip(NAMES, FILES, strict=True)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("print", "pprint")
    }
    assert not calls - {"console.py"}


def test_the_command_line_starts_without_anything_heavy():
    code = "import sys, claimstance.cli; print(*{name.partition('.')[0] for name in sys.modules})"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "typer" in run.stdout.split()
    assert not set(HEAVY) & set(run.stdout.split())


@pytest.mark.parametrize("module", ["config", "labelling.label", "evaluation.suites", "training"])
def test_modules_that_need_no_model_import_none(module):
    code = f"import sys, claimstance.{module}; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"torch", "transformers", "mlflow"} & set(run.stdout.split())


@pytest.mark.parametrize("name", NAMES)
def test_files_and_functions_stay_short(name):
    path = SOURCE / name
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 220
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    lengths = {
        node.name: node.end_lineno - node.lineno + 1
        for node in ast.walk(tree(path))
        if isinstance(node, functions)
    }
    assert not {function for function, length in lengths.items() if length > 40}


def test_no_file_has_a_name_that_says_nothing():
    assert not {path.stem for path in FILES} & VAGUE


@pytest.mark.parametrize("name", NAMES)
def test_every_module_function_and_class_says_what_it_promises(name):
    module = tree(SOURCE / name)
    assert ast.get_docstring(module) or not module.body
    public = [
        node
        for node in module.body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_")
    ]
    assert not [node.name for node in public if not ast.get_docstring(node)]


def test_input_is_checked_by_raising_and_never_by_asserting():
    asserting = [
        name
        for name, path in zip(NAMES, FILES, strict=True)
        if any(isinstance(node, ast.Assert) for node in ast.walk(tree(path)))
    ]
    assert not asserting


def test_nothing_tracked_names_a_place_on_one_machine():
    """No absolute path of a workplace, and no host or index of a package registry."""
    paths = ["/" + "work/", "/" + "home/", "/" + "tmp/"]
    hosts = ["index" + "-url", "py" + "pi.org", "python" + "hosted", "arti" + "factory"]
    pattern = re.compile("|".join(map(re.escape, [*paths, *hosts])))
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    found = []
    for name in listed.stdout.splitlines():
        path = ROOT / name
        if path.is_file() and path.suffix not in BINARY:
            lines = path.read_text(encoding="utf-8").splitlines()
            found += [f"{name}:{n}" for n, line in enumerate(lines, 1) if pattern.search(line)]
    assert not found
