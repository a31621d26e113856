"""`ccrouter run` and `ccrouter validate`: exit codes, what is applied, what is asked."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from ccrouter_core import Action, Answer, Attempt, Decision, Outcome, Request
from ccrouter_core.cli.app import application
from ccrouter_core.cli.run import _interrupted


def call(*arguments: str, stdin: str | None = None) -> Result:
    """Run a command in this process."""
    result = CliRunner().invoke(application, list(arguments), input=stdin, prog_name="ccrouter")
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


class TestRun:
    def test_a_passed_edit_is_applied(self, inside):
        """The answer is on standard output alone, the summary on standard error, the change in the project."""
        result = call("run", "fix the typo in a.txt")
        assert result.exit_code == 0
        assert result.stdout == "fixed\n"
        assert "passed on haiku" in result.stderr
        assert (inside.project / "a.txt").read_text() == "the text\n"

    def test_no_apply_prints_the_diff(self, inside):
        """With --no-apply the project stays as it is and the diff follows the answer."""
        result = call("run", "--no-apply", "fix the typo in a.txt")
        assert "+the text" in result.stdout
        assert "not applied" in result.stderr
        assert (inside.project / "a.txt").read_text() == "teh text\n"

    def test_json_is_one_object(self, inside):
        """With --json one object says how it ended, what it cost and what changed."""
        result = call("run", "--json", "fix the typo in a.txt")
        document = json.loads(result.stdout)
        assert document["schema"] == "ccrouter/run/1"
        assert document["state"] == "passed"
        assert document["changed"] == ["a.txt"]
        assert document["applied"]
        assert document["total_cost_usd"] == 0.002
        assert [verdict["check"] for verdict in document["attempts"][0]["verdicts"]] == ["tiny.sense"]

    @pytest.mark.usefixtures("inside")
    @pytest.mark.parametrize("text", ["bad question", "bad always", "crash now", "an answer, please"])
    def test_explain_tells_what_run_told(self, text):
        """Each attempt's cost, errors and checks read alike when the run ends and when it is explained."""
        told = [line for line in call("run", text).stderr.splitlines() if line.startswith("  ")]
        made = told[-1].split()[1]
        explained = call("explain", made).stdout
        assert [line for line in told[:-2] if line not in explained.splitlines()] == []
        total = told[-2].split("cost", 1)[1].strip().removesuffix(" in all")
        assert f"total       {total}" in explained

    @pytest.mark.usefixtures("inside")
    @pytest.mark.parametrize(("text", "checked"), [("crash now", False), ("think", True)])
    def test_checking_is_only_said_of_what_is_checked(self, text, checked):
        """What ended with an error is not judged, and nobody is told that it is."""
        assert ("checking what came out" in call("run", text).stderr) == checked

    @pytest.mark.usefixtures("inside")
    def test_a_failed_check_climbs(self):
        """What fails on haiku is tried on sonnet, and the cost of both is told."""
        document = json.loads(call("run", "--json", "bad question").stdout)
        assert [attempt["tier"] for attempt in document["attempts"]] == ["haiku", "sonnet"]
        assert (document["tier"], document["answered_by"]) == ("haiku", "sonnet")
        assert document["total_cost_usd"] == 0.002

    @pytest.mark.usefixtures("inside")
    @pytest.mark.parametrize(
        ("text", "code", "state"),
        [
            ("bad always", 4, "failed"),
            ("make it better", 6, "clarify"),
            ("quota", 75, "defer"),
            ("do it tonight", 75, "defer"),
            ("crash", 1, "error"),
            ("destroy them", 1, "refuse"),
        ],
    )
    def test_exit_codes(self, text, code, state):
        """Each way to end has the exit code of the contract, with --json too."""
        result = call("run", "--json", text)
        assert (result.exit_code, json.loads(result.stdout)["state"]) == (code, state)
        assert call("run", text).exit_code == code

    @pytest.mark.usefixtures("inside")
    def test_the_question_is_on_standard_error(self):
        """Without --json nothing but the answer may be on standard output, so a question is not."""
        result = call("run", "make it better")
        assert result.stdout == ""
        assert "Make what better?" in result.stderr
        assert json.loads(call("run", "--json", "make it better").stdout)["question"] == "Make what better?"

    @pytest.mark.usefixtures("inside")
    def test_yes_agrees_beforehand(self):
        """What is destructive is refused when nobody is there, and runs with --yes."""
        assert "--yes" in call("run", "destroy them").stderr
        assert call("run", "--yes", "destroy them").exit_code == 0

    @pytest.mark.usefixtures("inside")
    def test_a_dry_run_spends_nothing(self):
        """--dry-run shows decision, executor and climbs, and keeps nothing."""
        document = json.loads(call("run", "--dry-run", "--json", "fix the typo").stdout)
        assert document["dry_run"]
        assert document["executor"] == "tiny"
        assert document["climbs_to"] == ["sonnet"]
        assert call("run", "--dry-run", "make it better").exit_code == 6
        assert "dry run" in call("run", "--dry-run", "fix the typo").stdout
        assert json.loads(call("inspect", "--json").stdout)["counts"]["decisions"] == 0

    @pytest.mark.usefixtures("inside")
    def test_the_tier_can_be_chosen(self):
        """--tier runs on that tier and does not climb; an unknown one exits 2."""
        assert (
            json.loads(call("run", "--json", "--tier", "sonnet", "fix the typo").stdout)["answered_by"]
            == "sonnet"
        )
        assert call("run", "--tier", "gpt", "fix the typo").exit_code == 2

    @pytest.mark.usefixtures("inside")
    def test_spending_is_bounded(self):
        """--max-usd is what all attempts may cost; a climb that could not be paid does not happen."""
        document = json.loads(call("run", "--json", "--max-usd", "0.001", "bad question").stdout)
        assert [attempt["tier"] for attempt in document["attempts"]] == ["haiku"]
        assert call("run", "--max-usd", "0", "fix the typo").exit_code == 2

    def test_a_project_that_is_too_large_to_copy_is_refused(self, inside):
        """An edit request says how large the project is, what the limits are and how to raise them; reading goes on."""
        inside.configure("workspace_max_files = 1")
        (inside.project / "b.txt").write_text("more\n")
        result = call("run", "fix the typo in a.txt")
        assert result.exit_code == 1
        assert "2 files" in result.stderr
        assert "workspace_max_files" in result.stderr
        assert call("run", "question").exit_code == 0

    @pytest.mark.usefixtures("inside")
    def test_a_timeout_stops_and_says_so(self):
        """--timeout ends the run with exit code 1."""
        result = call("run", "--timeout", "0.3", "slow question")
        assert result.exit_code == 1
        assert "--timeout" in result.stderr

    def test_the_text_may_come_from_a_file(self, inside):
        """--file reads the request's text; with a TEXT too it is a usage error."""
        (inside.project / "request.md").write_text("fix the typo in a.txt\n")
        assert call("run", "--file", "request.md").exit_code == 0
        assert call("run", "--file", "request.md", "x").exit_code == 2
        assert call("run", "--file", "none.md").exit_code == 3

    def test_a_diff_that_cannot_land_is_kept(self, inside):
        """When the file changed meanwhile nothing is overwritten, and the paid work is kept in the state folder."""
        inside.install("meddler", "Meddler", MEDDLER)
        result = call("run", "fix the typo in a.txt")
        assert result.exit_code == 5
        assert (inside.project / "a.txt").read_text() == "mine\n"
        (kept,) = (inside.home / "unapplied").iterdir()
        assert "+the text" in kept.read_text()
        assert str(kept) in result.stderr

    def test_a_diff_with_a_secret_is_printed_instead(self, inside):
        """Nothing that holds a secret is written below the state folder; the paid work is not lost either."""
        secret = "sk-" + "ant-api03-abcDEF_123-xyz"
        (inside.project / "a.txt").write_text(f"teh {secret}\n")
        inside.install("meddler", "Meddler", MEDDLER)
        result = call("run", "fix the typo in a.txt")
        assert result.exit_code == 5
        assert f"-teh {secret}" in result.stdout
        assert not (inside.home / "unapplied").exists()

    @pytest.mark.usefixtures("inside")
    def test_explain_shows_the_attempts(self):
        """What ran is explained: attempts, verdicts, cost."""
        made = json.loads(call("run", "--json", "bad question").stdout)
        shown = call("explain", made["id"]).stdout
        for word in ("haiku", "sonnet", "tiny.sense: fail", "tiny.sense: pass", "total"):
            assert word in shown


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (Outcome(text="", tier="t", changed=("a.txt",)), "interrupted; changed in place: a.txt"),
        (
            Outcome(text="", tier="t", changed=("a.txt",), diff="x"),
            "interrupted; nothing was changed in the project",
        ),
        (Outcome(text="", tier="t"), "interrupted; nothing was changed in the project"),
        (Outcome(text="", tier="t", ran=("make",)), "interrupted"),
    ],
)
def test_an_interruption_tells_what_it_left(outcome, said):
    """What was changed in place is named; of what a command did elsewhere nothing is said."""
    decision = Decision(action=Action.ROUTE, tier="t", agent=None)
    attempt = Attempt(decision=decision, outcome=outcome)
    answer = Answer(request=Request(text="x"), decision=decision, attempts=(attempt,))
    assert _interrupted(answer) == said


MEDDLER = '''
from pathlib import Path
from ccrouter_core import hookimpl, plugin

@plugin
class Meddler:
    """Changes the project while the model works, as a person might."""

    @hookimpl
    def ccrouter_observe(self, event):
        if event.name == "attempted":
            Path("a.txt").write_text("mine\\n")
'''


class TestValidate:
    def test_the_whole_project_is_checked(self, inside):
        """Every check is asked about the files as they are; passed exits 0, a fault 4."""
        document = json.loads(call("validate", "--json").stdout)
        assert (document["state"], document["files"]) == ("passed", 1)
        (inside.project / "a.txt").write_text("broken\n")
        result = call("validate")
        assert result.exit_code == 4
        assert "tiny.sense: fail" in result.stdout

    def test_paths_choose_what_is_checked(self, inside):
        """A path that is named is checked, others are not; one outside is refused."""
        (inside.project / "sub").mkdir()
        (inside.project / "sub" / "b.txt").write_text("broken\n")
        assert call("validate", "a.txt").exit_code == 0
        assert call("validate", "sub").exit_code == 4
        assert call("validate", "none.txt").exit_code == 3
        assert call("validate", "..").exit_code == 2

    def test_without_checks_nothing_has_passed(self, inside):
        """When no plugin can judge, that is not a success."""
        config = inside.home / "config.toml"
        config.write_text(config.read_text().replace('"validation"', '"validation", "tiny"'))
        result = call("validate", "--json")
        assert (result.exit_code, json.loads(result.stdout)["state"]) == (1, "unverified")

    def test_a_folder_without_files_has_not_passed(self, inside):
        """There is nothing to check."""
        (inside.project / "a.txt").unlink()
        assert call("validate").exit_code == 1


BROKEN = {
    "a.py": "x = (\n",
    "paper.tex": "\\begin{document}\\ref{nowhere}\\end{document}\n",
    "notes/a.md": "[[nowhere]]\n",
    "b.py": "x = 1\nbreakpoint()\n",
    "c.js": "<<<<<<< ours\n",
}


class TestValidateForReal:
    """With the built-in checks and the domains."""

    @pytest.fixture
    def folder(self, tmp_path, monkeypatch):
        """Return an empty project, which this process stands in."""
        (tmp_path / "project").mkdir()
        monkeypatch.chdir(tmp_path / "project")
        monkeypatch.setenv("CCROUTER_HOME", str(tmp_path / "home"))
        return tmp_path / "project"

    def test_an_empty_folder_has_not_passed(self, folder):
        """No check has anything to look at."""
        assert call("validate").exit_code == 1

    def test_what_no_check_knows_has_not_passed(self, folder):
        """A broken C file, and protected files that nobody changed."""
        for name in ("a.c", "CLAUDE.txt", ".env"):
            (folder / name).write_text("int main( {\n")
        assert call("validate").exit_code == 1

    @pytest.mark.parametrize("name", BROKEN)
    def test_findings_fail_whoever_made_them(self, folder, name):
        """There is no state before to excuse them."""
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(BROKEN[name])
        result = call("validate", "--json")
        checks = {verdict["check"] for verdict in json.loads(result.stdout)["verdicts"]}
        assert result.exit_code == 4, result.stdout
        assert not checks & {"validation.results_found", "validation.not_degenerate", "validation.edit_made"}

    def test_a_sound_folder_passes(self, folder):
        """What was parsed and found whole."""
        (folder / "a.py").write_text("x = 1\n")
        assert call("validate").exit_code == 0

    def test_recorded_findings_do_not_count(self, folder):
        """Only what is new fails; the baseline is a file that others can read and keep."""
        (folder / "b.py").write_text(BROKEN["b.py"])
        assert call("validate", "--record", "../known.json").exit_code == 0
        assert call("validate").exit_code == 4
        assert call("validate", "--baseline", "../known.json").exit_code == 0
        (folder / "b.py").write_text("\n\n" + BROKEN["b.py"])
        assert call("validate", "--baseline", "../known.json").exit_code == 0
        (folder / "d.py").write_text(BROKEN["b.py"])
        result = call("validate", "--baseline", "../known.json")
        assert result.exit_code == 4
        assert "1 new finding(s), 1 known" in " ".join(result.stdout.split())

    @pytest.mark.parametrize(("content", "code"), [(None, 3), ("", 2), ("[]", 2), ('{"schema": "x"}', 2)])
    def test_a_baseline_that_is_none_is_an_error(self, folder, content, code):
        """It never counts as an empty one."""
        (folder / "a.py").write_text("x = 1\n")
        if content is not None:
            (folder / "known.json").write_text(content)
        assert call("validate", "--baseline", "known.json").exit_code == code
