"""The project's own tests and build judge a change; only what the change broke counts."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from ccrouter_core.models import Action, Decision, Outcome, Request, Status, Verdict
from ccrouter_plugins.validation import ResultValidator, Validation
from ccrouter_plugins.validation.commands import CommandLimits
from ccrouter_plugins.validation.projects import Commands

GOOD = "def add(a, b):\n    return a + b\n"
WRONG = "def add(a, b):\n    return a - b\n"
TESTS = "from calc import add\n\ndef test_add():\n    assert add(2, 3) == 5\n"

VALIDATOR = ResultValidator()  # it remembers what the state before gave


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an environment whose Python has pytest, without the plugins that this project's own brings."""
    folder = tmp_path_factory.mktemp("environment")
    program = fill(
        folder, {"bin/python": f'#!/bin/sh\nPYTEST_DISABLE_PLUGIN_AUTOLOAD=1 exec "{sys.executable}" "$@"\n'}
    )
    (program / "bin/python").chmod(0o755)
    return folder


@pytest.fixture(autouse=True)
def _own_python(environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work as in an active environment."""
    monkeypatch.setenv("VIRTUAL_ENV", str(environment))


def fill(folder: Path, files: dict[str, str]) -> Path:
    """Write files below a folder; return it."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def both(tmp_path: Path, before: dict[str, str], after: dict[str, str]) -> tuple[Path, Path]:
    """Return a project before and after a change."""
    return fill(tmp_path / "before", before), fill(tmp_path / "after", {**before, **after})


def judged(
    folder: Path,
    origin: Path | None = None,
    criterion: str = "tests",
    changed: tuple[str, ...] = ("calc.py",),
    commands: Commands | None = None,
    request: str = "",
) -> Verdict:
    """Return the verdict of one criterion."""
    validator = ResultValidator(commands) if commands else VALIDATOR
    (verdict,) = validator.validate(
        "", [criterion], folder=folder, origin=origin, changed=changed, request=request
    )
    return verdict


def test_green_tests_pass(tmp_path: Path) -> None:
    """The project's tests run and leave nothing behind."""
    folder = fill(tmp_path, {"calc.py": GOOD, "test_calc.py": TESTS})
    assert judged(folder).status is Status.PASS
    assert sorted(path.name for path in folder.iterdir()) == ["calc.py", "test_calc.py"]


def test_a_wrong_result_fails_and_may_skip_a_tier(tmp_path: Path) -> None:
    """An assertion that fails shows missing reasoning."""
    before, after = both(tmp_path, {"calc.py": GOOD, "test_calc.py": TESTS}, {"calc.py": WRONG})
    verdict = judged(after, before)
    assert (verdict.status, verdict.skips_tier) == (Status.FAIL, True)
    assert verdict.findings[0].path == "test_calc.py"
    assert "test_add" in verdict.reason


def test_broken_code_fails_without_skipping(tmp_path: Path) -> None:
    """A NameError may be a slip of the hand."""
    files = {"calc.py": GOOD, "test_calc.py": TESTS}
    before, after = both(tmp_path, files, {"calc.py": "def add(a, b):\n    return a + c\n"})
    verdict = judged(after, before)
    assert (verdict.status, verdict.skips_tier) == (Status.FAIL, False)


def test_what_failed_before_does_not_fail_the_change(tmp_path: Path) -> None:
    """Only new failures count, and they are the only ones named."""
    files = {"calc.py": GOOD, "test_calc.py": TESTS + "\ndef test_old():\n    assert add(1, 1) == 3\n"}
    before, after = both(tmp_path, files, {"calc.py": GOOD + "\n"})
    assert judged(after, before).status is Status.PASS
    fill(after, {"calc.py": WRONG})
    verdict = judged(after, before)
    assert verdict.status is Status.FAIL
    assert [finding.message.split(":")[2] for finding in verdict.findings] == ["test_add"]


def test_the_state_before_runs_once_and_never_in_the_users_folder(tmp_path: Path) -> None:
    """Its tests may write files; they do so in a copy that is gone afterwards."""
    noisy = TESTS + "\ndef test_old():\n    open('trace', 'a').write('x')\n    assert add(1, 1) == 3\n"
    counter = tmp_path / "count"
    noisy += f"\ndef test_counted():\n    open({str(counter)!r}, 'a').write('x')\n"
    before, after = both(tmp_path, {"calc.py": GOOD, "test_calc.py": noisy}, {"calc.py": GOOD + "\n"})
    validator = ResultValidator()
    for _ in range(2):
        validator.validate("", ["tests"], folder=after, origin=before, changed=["calc.py"])
    assert not (before / "trace").exists()
    assert counter.read_text() == "xxx"


ENVIRONMENT = {
    "dependency": "import no_such_library\n\ndef test_a():\n    assert True\n",
    "fixture": "def test_a(benchmark):\n    assert True\n\ndef test_b():\n    assert True\n",
    "network": "def test_a():\n    raise ConnectionRefusedError('refused')\n",
}


@pytest.mark.parametrize("kind", ENVIRONMENT)
def test_broken_surroundings_are_never_a_failure(tmp_path: Path, kind: str) -> None:
    """A missing dependency, a missing plugin's fixture and the network are not the model's fault."""
    folder = fill(tmp_path, {"test_a.py": ENVIRONMENT[kind]})
    assert judged(folder).status is Status.CANNOT_RUN


def test_a_module_of_the_project_that_is_gone_is_a_failure(tmp_path: Path) -> None:
    """Its name is the project's own, so the change broke it."""
    files = {"pkg/__init__.py": "", "pkg/calc.py": GOOD, "test_calc.py": TESTS.replace("calc", "pkg.calc", 1)}
    before, after = both(tmp_path, files, {})
    (after / "pkg/calc.py").unlink()
    assert judged(after, before).status is Status.FAIL


def test_settings_that_need_a_missing_plugin_cannot_run(tmp_path: Path) -> None:
    """Options of a coverage plugin that is not installed are no failure."""
    files = {"pytest.ini": "[pytest]\naddopts = --no-such-option\n", "test_a.py": "def test_a():\n    pass\n"}
    assert judged(fill(tmp_path, files)).status is Status.CANNOT_RUN


def test_no_tests_is_not_applicable(tmp_path: Path) -> None:
    """Neither a project without tests nor one that collects none."""
    assert judged(fill(tmp_path / "a", {"calc.py": GOOD})).status is Status.NOT_APPLICABLE
    assert judged(fill(tmp_path / "b", {"test_a.py": "x = 1\n"})).status is Status.NOT_APPLICABLE


def test_prose_needs_no_tests(tmp_path: Path) -> None:
    """A changed README runs nothing."""
    folder = fill(tmp_path, {"test_a.py": "def test_a():\n    assert False\n"})
    assert judged(folder, changed=("README.md",)).status is Status.NOT_APPLICABLE


def test_the_project_after_the_change_is_what_runs(tmp_path: Path) -> None:
    """An installed or original copy does not shadow the changed one, in `src` layout either."""
    files = {
        "src/calc.py": GOOD,
        "tests/test_calc.py": TESTS,
        "pyproject.toml": "[tool.pytest.ini_options]\n",
    }
    before, after = both(tmp_path, files, {"src/calc.py": WRONG})
    assert judged(after, before, changed=("src/calc.py",)).status is Status.FAIL


def test_unittest_serves_where_pytest_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a Python that has no pytest the tests still run, and each is named."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "before" / ".venv"], check=True)
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.delenv("VIRTUAL_ENV")
    text = "import unittest\nfrom calc import add\n\nclass T(unittest.TestCase):\n    def test_add(self):\n        self.assertEqual(add(2, 3), 5)\n"
    before, after = both(tmp_path, {"calc.py": GOOD, "tests/test_calc.py": text}, {})
    assert judged(after, before).status is Status.PASS
    fill(after, {"calc.py": WRONG})
    verdict = judged(after, before)
    assert (verdict.status, verdict.skips_tier) == (Status.FAIL, True)
    fill(after, {"tests/test_calc.py": "import pytest\n\ndef test_a():\n    pass\n"})
    assert judged(after, before).status is Status.CANNOT_RUN


ENDLESS = "def test_a():\n    while True:\n        pass\n"


def test_an_endless_test_ends_and_proves_nothing(tmp_path: Path) -> None:
    """The reason names the limit."""
    commands = Commands(limits=CommandLimits(timeout_s=1.0))
    began = time.monotonic()
    verdict = judged(fill(tmp_path, {"test_a.py": ENDLESS}), commands=commands)
    assert verdict.status is Status.CANNOT_RUN
    assert "1 s" in verdict.reason
    assert time.monotonic() - began < 10


BOMB = """
import os, subprocess, sys

def test_bomb():
    for _ in range(10):
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(61.25)"], start_new_session=True)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")
def test_children_left_behind_are_ended(tmp_path: Path) -> None:
    """Ten children that leave their session do not outlive the run."""
    assert judged(fill(tmp_path, {"test_a.py": BOMB})).status is Status.PASS
    left = [
        path
        for path in Path("/proc").glob("[0-9]*/cmdline")
        if b"time.sleep(61.25)" in path.read_bytes() and int(path.parent.name) != os.getpid()
    ]
    assert left == []


def test_a_build_that_breaks_fails_and_an_old_fault_does_not(tmp_path: Path) -> None:
    """The configured command, compared with the state before."""
    script = "import sys; sys.exit('TODO' in open('calc.py').read())"
    commands = Commands(build=(sys.executable, "-c", script))
    before, after = both(tmp_path, {"calc.py": GOOD}, {"calc.py": "# TODO\n"})
    assert judged(before, criterion="build", commands=commands).status is Status.PASS
    assert judged(after, before, criterion="build", commands=commands).status is Status.FAIL
    assert judged(after, after, criterion="build", commands=commands).status is Status.FAIL
    fill(before, {"calc.py": "# TODO\n"})
    assert judged(after, before, criterion="build", commands=commands).status is Status.CANNOT_RUN
    assert judged(after, criterion="build").status is Status.NOT_APPLICABLE
    missing = Commands(build=("no-such-program-anywhere",))
    assert judged(after, criterion="build", commands=missing).status is Status.CANNOT_RUN


def test_a_configured_test_command_is_used(tmp_path: Path, environment: Path) -> None:
    """Any command by its exit code, pytest by its tests."""
    folder = fill(tmp_path, {"calc.py": WRONG, "test_calc.py": TESTS})
    plain = Commands(test=(sys.executable, "-c", "pass"))
    named = Commands(test=(f"{environment}/bin/python", "-m", "pytest", "-q"))
    assert judged(folder, commands=plain).status is Status.PASS
    assert "test_add" in judged(folder, commands=named).reason


@pytest.mark.skipif(shutil.which("npm") is None, reason="npm is not installed")
def test_npm_tests(tmp_path: Path) -> None:
    """The script decides; a module that is not installed, and npm's own default, are no failure."""

    def project(name: str, script: str, test: str) -> Path:
        return fill(tmp_path / name, {"package.json": f'{{"scripts": {{"test": "{script}"}}}}', "t.js": test})

    assert judged(project("a", "node t.js", "")).status is Status.PASS
    assert judged(project("b", "node t.js", "process.exit(1)")).status is Status.FAIL
    assert judged(project("c", "node t.js", "require('no-such-lib')")).status is Status.CANNOT_RUN
    assert judged(project("d", "no-such-runner", "")).status is Status.CANNOT_RUN
    assert (
        judged(project("e", "echo 'Error: no test specified' && exit 1", "")).status is Status.NOT_APPLICABLE
    )


def test_behaviour_that_stays_passes_and_lost_tests_fail(tmp_path: Path) -> None:
    """Every test that passed before passes now; deleting one is a change of behaviour."""
    more = TESTS + "\ndef test_zero():\n    assert add(0, 0) == 0\n"
    before, after = both(
        tmp_path, {"calc.py": GOOD, "test_calc.py": more}, {"calc.py": GOOD.replace("a + b", "b + a")}
    )
    check = "no_behaviour_change"
    assert judged(after, before, check).status is Status.PASS
    fill(after, {"test_calc.py": TESTS})
    assert judged(after, before, check).status is Status.FAIL
    fill(after, {"calc.py": WRONG, "test_calc.py": more})
    assert judged(after, before, check).status is Status.FAIL
    assert judged(after, None, check).status is Status.CANNOT_RUN


def test_costly_checks_wait_for_cheap_ones(tmp_path: Path) -> None:
    """After a failure no program is run."""
    folder = fill(tmp_path, {"calc.py": "def (", "test_a.py": ENDLESS})
    verdicts = ResultValidator().validate("", ["syntax", "tests"], folder=folder, changed=["calc.py"])
    assert [verdict.status for verdict in verdicts] == [Status.FAIL, Status.NOT_APPLICABLE]


# --- tests that were taken away ---------------------------------------------------------------------------------

TWO = TESTS + "\ndef test_zero():\n    assert add(0, 0) == 0\n"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("test_calc.py", TESTS),
        ("test_calc.py", TWO.replace("def test_zero", "def check_zero")),
        (
            "test_calc.py",
            "import pytest\n" + TWO.replace("def test_zero", "@pytest.mark.skip\ndef test_zero"),
        ),
        ("conftest.py", "collect_ignore = ['test_calc.py']\n"),
        ("pyproject.toml", "[tool.pytest.ini_options]\naddopts = '-k test_add'\n"),
        ("pytest.ini", "[pytest]\npython_functions = test_add\n"),
    ],
    ids=["deleted", "renamed", "skipped", "left-out", "deselected", "redefined"],
)
def test_fewer_tests_than_before_fail(tmp_path: Path, name: str, text: str) -> None:
    """However they are taken away, green is not enough; the lost test is named."""
    files = {"calc.py": GOOD, "test_calc.py": TWO, "test_other.py": "def test_other():\n    pass\n"}
    before, after = both(tmp_path, files, {name: text})
    verdict = judged(after, before, changed=(name,), request="fix the failing test in test_calc.py")
    assert verdict.status is Status.FAIL, verdict.reason
    assert "test_zero" in verdict.reason + str(verdict.findings)


@pytest.mark.parametrize(
    ("request_text", "wanted"),
    [
        ("remove the obsolete test of zero", Status.PASS),
        ("merge the two tests of add() into one", Status.PASS),
        ("fix calc.py, and do not remove any tests", Status.FAIL),
        ("make the tests pass", Status.FAIL),
    ],
)
def test_fewer_tests_may_be_asked_for(tmp_path: Path, request_text: str, wanted: Status) -> None:
    """An order to take tests away or to put them together."""
    before, after = both(tmp_path, {"calc.py": GOOD, "test_calc.py": TWO}, {"test_calc.py": TESTS})
    assert judged(after, before, changed=("test_calc.py",), request=request_text).status is wanted


def test_the_state_before_runs_only_when_tests_are_touched(tmp_path: Path) -> None:
    """A green run of changed code, and of settings that choose no tests, runs nothing twice."""
    counter = tmp_path / "count"
    noisy = TESTS + f"\ndef test_counted():\n    open({str(counter)!r}, 'a').write('x')\n"
    files = {"calc.py": GOOD, "test_calc.py": noisy, "pyproject.toml": "[project]\nversion = '1'\n"}
    before, after = both(tmp_path, files, {"pyproject.toml": "[project]\nversion = '2'\n"})
    assert judged(after, before, changed=("calc.py", "pyproject.toml")).status is Status.PASS
    assert counter.read_text() == "x"


@pytest.mark.parametrize(
    "name",
    [
        "test_calc.py",
        "tests/helpers.py",
        "src/page.test.tsx",
        "pkg/calc_test.go",
        "spec/calc_spec.rb",
        "CalcTest.java",
    ],
)
def test_a_file_of_tests_that_is_gone_fails(tmp_path: Path, name: str) -> None:
    """Unless the request names it, or it moved; without running anything."""
    before, after = both(tmp_path, {"calc.py": GOOD, name: TESTS}, {})
    (after / name).unlink()
    changed = ("calc.py", name)
    assert judged(after, before, "tests_kept", changed, request="fix the typo").status is Status.FAIL
    named = judged(after, before, "tests_kept", changed, request=f"delete {name}, nothing needs it")
    assert named.status is Status.NOT_APPLICABLE
    fill(after, {f"moved/{Path(name).name}": TESTS})
    moved = (*changed, f"moved/{Path(name).name}")
    assert judged(after, before, "tests_kept", moved).status is Status.NOT_APPLICABLE


def test_other_files_may_go(tmp_path: Path) -> None:
    """Code, data of tests, and files whose names only sound like it."""
    names = ("calc.py", "tests/data.json", "contest.py", "latest.py", "testing.md")
    assert judged(tmp_path, None, "tests_kept", names).status is Status.NOT_APPLICABLE


# --- what runs sees little of the user -----------------------------------------------------------------------------

CURIOUS = """
import os, pathlib, subprocess, tempfile

def test_home():
    home = pathlib.Path.home()
    assert not (home / "secret").exists()
    (home / "trace").write_text("x")
    tempfile.mkstemp()
    assert "AWS_SECRET_ACCESS_KEY" not in os.environ
    assert not [name for name in os.environ if name.startswith("XDG_")]

def test_commit(tmp_path):
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run(["git", "commit", "--allow-empty", "-qm", "x"], cwd=tmp_path, check=True)
"""


@pytest.fixture
def user_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the user's home, with a secret and a place for temporary files."""
    home = fill(tmp_path / "user", {"secret": "s", "tmp/x": ""})
    for name, value in {
        "HOME": home,
        "TMPDIR": home / "tmp",
        "XDG_CONFIG_HOME": home,
        "AWS_SECRET_ACCESS_KEY": "s",
    }.items():
        monkeypatch.setenv(name, str(value))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return home


def test_tests_have_a_home_of_their_own(tmp_path: Path, user_home: Path) -> None:
    """They see nothing of the user's settings and leave nothing behind; ordinary needs are met."""
    verdict = judged(fill(tmp_path / "project", {"test_home.py": CURIOUS}), changed=())
    assert verdict.status is Status.PASS, verdict.reason
    assert sorted(path.name for path in user_home.iterdir()) == ["secret", "tmp"]
    assert [path.name for path in (user_home / "tmp").iterdir()] == ["x"]


def test_the_private_home_can_be_switched_off(tmp_path: Path, user_home: Path) -> None:
    """For projects whose tests need something of it."""
    folder = fill(tmp_path / "project", {"test_home.py": CURIOUS})
    commands = Commands(limits=CommandLimits(private_home=False))
    assert judged(folder, changed=(), commands=commands).status is Status.FAIL
    assert not (user_home / "trace").exists()


def test_tools_are_found_where_they_are(tmp_path: Path, user_home: Path) -> None:
    """A tool that lives in the user's home is told where."""
    (user_home / ".cargo").mkdir()
    script = "import os; assert os.environ['CARGO_HOME'].endswith('user/.cargo'); assert 'GOPATH' not in os.environ"
    commands = Commands(test=(sys.executable, "-c", script))
    folder = fill(tmp_path / "project", {"x": ""})
    assert judged(folder, changed=(), commands=commands).status is Status.PASS


def test_a_python_that_the_work_brought_along_is_not_run(tmp_path: Path) -> None:
    """The project's own environment is the one in the user's folder."""
    before, after = both(tmp_path, {"calc.py": GOOD, "test_calc.py": TESTS}, {})
    fill(after, {"venv/bin/python": f"#!/bin/sh\ntouch {tmp_path}/ran\n"})
    (after / "venv/bin/python").chmod(0o755)
    assert judged(after, before).status is Status.PASS
    assert not (tmp_path / "ran").exists()


# --- the plugin ------------------------------------------------------------------------------------------------

DECISION = Decision(action=Action.ROUTE, tier="haiku")


def asked(plugin: Validation, text: str, outcome: Outcome, cwd: Path | None = None) -> dict[str, Status]:
    """Return what the plugin says of an outcome."""
    request = Request(text=text, cwd=str(cwd) if cwd else None)
    verdicts = plugin.ccrouter_validate(request, DECISION, outcome)
    return {verdict.check.removeprefix("validation."): verdict.status for verdict in verdicts}


def test_a_question_is_judged_by_its_answer() -> None:
    """Nothing is run for it."""
    assert asked(Validation(), "what is 6 x 7?", Outcome(text="42", tier="haiku")) == {
        "results_found": Status.PASS
    }
    assert asked(Validation(), "what is it?", Outcome(text="Done.", tier="haiku")) == {
        "results_found": Status.FAIL
    }
    wrong = asked(Validation(), "list them as json", Outcome(text="no, thanks to a.py", tier="haiku"))
    assert wrong["output_valid"] is Status.FAIL


def test_an_edit_is_judged_by_what_it_did(tmp_path: Path) -> None:
    """A change must parse and keep the tests green; without one there is nothing to run, and core fails it."""
    before, after = both(tmp_path, {"calc.py": GOOD, "test_calc.py": TESTS}, {"calc.py": WRONG})
    text = "refactor add in calc.py"
    nothing = asked(Validation(), text, Outcome(text="Done.", tier="haiku", workspace=str(after)), before)
    assert nothing == {}  # core fails an edit without a change
    outcome = Outcome(text="Done.", tier="haiku", workspace=str(after), changed=("calc.py",))
    found = asked(Validation(), text, outcome, before)
    assert found == {"edit_made": Status.PASS, "syntax": Status.PASS, "tests": Status.FAIL}
    assert "tests" not in asked(Validation(run_tests=False), text, outcome, before)


def test_the_self_test_passes(tmp_path: Path) -> None:
    """On a machine that has what the checks need."""
    assert all(check.passed for check in Validation().ccrouter_self_test(tmp_path))
