"""The pages name every setting, command, source, channel, door and command; links lead somewhere; commands exist."""

import re
import tomllib
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
import typer

from connectors.access.routes import ROUTES
from connectors.metrics import DECLARED
from connectors.webhooks.alertmanager import ALARM_TYPES
from correlator.events import AlarmType, Category
from correlator.policy.care import ACTIONS
from correlator.rows.service_desk import CauseCategory
from correlator.service_desk.stages import NAMES, STAGES
from streams.bootstrap.webhooks import FORMATS
from streams.settings import load
from tests.documented import metrics_table
from tests.documented.settings_table import table
from tests.streams.cli.everything import app
from topology.model import Inventory

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "tests").rglob("*.md")])
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
CODE = re.compile(r"`((?:topology|correlator|connectors|streams|tests|bench|docs)/[\w/.*-]*)`")


def said(name: str) -> str:
    return (ROOT / name).read_text()


def commands() -> list[str]:
    """Every command, as one types it."""
    top = typer.main.get_command(app)
    found = []
    for name, command in sorted(top.commands.items()):  # type: ignore[attr-defined]  # a group of click's
        inner = getattr(command, "commands", None)
        found += [f"simpul {name}"] if inner is None else [f"simpul {name} {one}" for one in sorted(inner)]
    return found


def test_the_example_holds_only_settings(tmp_path: Path) -> None:
    """Also what it shows as a remark, as one would take it into use."""
    used = tmp_path / "simpul.toml"
    used.write_text(re.sub(r"(?m)^# ?(?=\[|\w+ = )", "", said("simpul.example.toml")))
    given = load(used)
    assert given.inventory is not None
    assert (ROOT / given.inventory).exists()
    assert given.channels.smtp is not None
    assert given.channels.webhook is not None


@pytest.mark.parametrize("part", Inventory.__struct_fields__)
def test_every_field_of_the_inventory_is_told(part: str) -> None:
    [line] = re.findall(rf"(?m)^\| `{part}` \|.*$", said("docs/inventory.md"))
    told = set(re.findall(r"`(\w+)`", line)) - {part}
    [row, _] = get_args(get_type_hints(Inventory)[part])
    assert told == set(row.__struct_fields__)


def test_every_setting_is_told_as_it_is() -> None:
    assert table() in said("docs/operations.md"), f"put this table into docs/operations.md:\n{table()}"


def test_every_metric_is_told_as_it_is() -> None:
    table = metrics_table.table()
    assert table in said("docs/operations.md"), f"put this table into docs/operations.md:\n{table}"


@pytest.mark.parametrize("file", ["docs", "deploy"])
def test_only_metrics_that_are_declared_are_named(file: str) -> None:
    """On pages and dashboards; a name without its ending, or with one of a histogram's, is another's."""
    text = "".join(one.read_text() for one in (ROOT / file).rglob("*") if one.suffix in (".md", ".json", ".yml"))
    known = {one.name for one in DECLARED}
    named = set(re.findall(r"\bsimpul_(?!process_)[a-z]+(?:_[a-z]+)*_(?:total|seconds|offset|bytes)\b", text))
    assert named - known == set()


@pytest.mark.parametrize("command", commands())
def test_every_command_is_told(command: str) -> None:
    assert f"`{command}" in said("docs/operations.md")


@pytest.mark.parametrize(
    "file", sorted((ROOT / "connectors/snmp/catalogue").glob("*.toml")), ids=lambda file: file.stem
)
def test_every_catalogue_is_told(file: Path) -> None:
    page = said("docs/add-a-source.md")
    assert file.name in page
    assert tomllib.loads(file.read_text())["mib"] in page


def test_every_webhook_is_told() -> None:
    assert FORMATS
    assert [name for name in FORMATS if f"/webhooks/{name}" not in said("docs/add-a-source.md")] == []
    assert [name for name in FORMATS if f"/webhooks/{name}" not in said("docs/webhooks.md")] == []


def test_every_type_of_alarm_is_told() -> None:
    rows = [line for line in said("docs/add-a-source.md").splitlines() if line.startswith("| `")]
    assert set(get_args(AlarmType)) <= {word for row in rows for word in re.findall(r"`(\w+)`", row.split("|")[1])}


def test_every_known_alert_is_told_with_its_type() -> None:
    page = said("docs/add-a-source.md")
    table = page[page.index("| `alertname` |") :].partition("\n\n")[0].splitlines()[2:]
    rows = [[re.findall(r"`(\w+)`", cell) for cell in row.strip("|").split("|")] for row in table]
    assert {name: kind for names, [kind] in rows for name in names} == ALARM_TYPES


@pytest.mark.parametrize(
    ("command", "words"),
    [("move_stage", NAMES[:-1]), ("set_category", get_args(Category)), ("fill", get_args(CauseCategory))],
)
def test_every_word_that_a_command_takes_is_told(command: str, words: tuple[str, ...]) -> None:
    [row] = re.findall(rf"(?m)^\| `{command}` \|.*$", said("docs/SOP.md"))
    assert set(words) <= set(re.findall(r"\w+", row))


def test_every_channel_is_told() -> None:
    files = [
        file.stem for file in (ROOT / "connectors/channels").glob("*.py") if file.stem not in ("__init__", "memory")
    ]
    assert files
    assert [name for name in files if f"| `{name}` |" not in said("docs/add-a-channel.md")] == []


@pytest.mark.parametrize("action", ACTIONS)
def test_every_order_is_told(action: str) -> None:
    assert f"`{action}`" in said("docs/SOP.md")


def test_doors_for_sources_exist() -> None:
    told = re.findall(r"`(GET|POST) (/[\w/{}]*)`", said("docs/add-a-source.md") + said("docs/operations.md"))
    doors = {(method, re.sub(r"^/webhooks/\w+$", "/webhooks/{name}", path)) for method, path in told}
    assert doors
    assert doors <= ROUTES.keys()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    targets = [target for target in LINK.findall(page.read_text()) if "://" not in target]
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_files_that_pages_name_exist(page: Path) -> None:
    names = [name for name in CODE.findall(page.read_text()) if "*" not in name]
    assert [name for name in names if not (ROOT / name).exists()] == []


def test_what_the_readme_says_to_type_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", said("Makefile"), re.MULTILINE))
    typed = set(re.findall(r"\bmake ([a-z]+)\b", said("README.md").replace("make demo ARGS", "make demo")))
    assert {"demo", "run", "bench"} <= typed & targets
    names = {" ".join(command.split()[:2]) for command in commands()}
    assert set(re.findall(r"simpul [a-z]+", said("README.md"))) <= names


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads(said("pyproject.toml"))["project"]
    wanted = [*project["dependencies"], *(one for extra in project["optional-dependencies"].values() for one in extra)]
    names = [re.split(r"[\[>=<]", one)[0] for one in wanted]
    assert [name for name in names if f"| {name} |" not in said("docs/decisions/0002-dependencies.md")] == []


def test_decisions_are_numbered_once() -> None:
    numbers = [file.name[:4] for file in (ROOT / "docs/decisions").glob("*.md")]
    assert len(numbers) == len(set(numbers))


def test_the_glossary_has_each_term_once_in_both_languages() -> None:
    rows = [line.strip("|").split("|") for line in said("docs/glossary.md").splitlines() if line.startswith("|")][2:]
    terms = [row[0].strip() for row in rows]
    assert terms == sorted(set(terms), key=str.casefold)
    assert all(len(row) == 4 and row[1].strip() and row[2].strip() for row in rows)
    assert {rule.indonesian for rule in STAGES} <= {row[1].strip() for row in rows}


def test_the_listener_that_is_shown_is_the_one_that_is_tested() -> None:
    code = said("tests/connectors/listeners/lines.py").partition("\n\n")[2]
    assert f"```python\n{code}```" in said("docs/add-a-listener.md")


def test_functions_that_the_architecture_names_exist() -> None:
    """Where a file of the core has the name before the dot, one of these has what follows it."""
    files = [file for file in (ROOT / "correlator").rglob("*.py") if file.stem != "__init__"]
    named = re.findall(r"(?<![\w./])([a-z_]+)\.([A-Za-z_]+)\b(?!\.)", said("docs/ARCHITECTURE.md"))
    found = {(stem, name): [file.read_text() for file in files if file.stem == stem] for stem, name in named}
    found = {key: texts for key, texts in found.items() if texts and key[1] not in ("py", "md")}
    assert len(found) > 20
    missing = [key for key, texts in found.items() if not any(re.search(rf"\b{key[1]}\b", text) for text in texts)]
    assert missing == []
