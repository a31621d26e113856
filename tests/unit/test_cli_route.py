"""`ccrouter route`, `explain`, `feedback` and `rules`: deciding and what is kept of it."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from ccrouter_core import Action, Answer, Decision, Request, Signal
from ccrouter_core.cli.app import application
from ccrouter_core.cli.decisions import headline

CAPPED = """
from ccrouter_core import Signal, hookimpl, plugin

@plugin
class Capped:
    @hookimpl
    def ccrouter_signals(self):
        tier = dict.fromkeys(("floor", "ceiling", "supports"), "haiku")
        return Signal(name="capped.cheap", reason="it is small", **tier)
"""
KEYS = {
    *(
        "schema",
        "id",
        "action",
        "tier",
        "agent",
        "domain",
        "confidence",
        "reasons",
        "question",
        "expected_cost_usd",
    ),
}


def call(*arguments: str, stdin: str | bytes | None = None) -> Result:
    """Run a command in this process."""
    result = CliRunner().invoke(application, list(arguments), input=stdin, prog_name="ccrouter")
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.mark.parametrize(("confirm", "shown"), [(None, "first on sonnet"), ("deletes x", "once, on sonnet")])
def test_only_what_needs_a_yes_is_said_to_run_once(confirm: str | None, shown: str):
    """An escalated request climbs like any other, unless the person's yes was for one run (decision 0003)."""
    signals = (Signal(name="s", reason="", confirm=confirm),)
    decision = Decision(action=Action.ESCALATE, tier="sonnet")
    answer = Answer(request=Request(text="x"), decision=decision, signals=signals)
    assert shown in headline(answer)
    assert ("once" in headline(answer)) == (confirm is not None)


@pytest.mark.usefixtures("inside")
class TestRoute:
    def test_json_has_exactly_the_keys_of_the_contract(self):
        """A decision as JSON is the object that other programs are written against."""
        document = json.loads(call("route", "fix the typo", "--json").stdout)
        assert set(document) == KEYS
        assert document["schema"] == "ccrouter/route/1"
        assert (document["action"], document["tier"], document["agent"]) == (
            "route",
            "haiku",
            "haiku-general",
        )
        assert document["reasons"] == [{"name": "tiny.typo", "reason": "names a typo", "span": [8, 12]}]
        assert document["expected_cost_usd"] == 0.005
        assert document["domain"] == "letters"

    def test_a_person_sees_tier_reason_and_matched_words(self):
        """The lines for a person name the tier, the signal, the words that show it and the id."""
        shown = call("route", "fix the typo").stdout
        for word in ("route to haiku", "tiny.typo", "“typo”", "r-"):
            assert word in shown

    def test_a_question_is_told(self):
        """What must be asked first is CLARIFY, with the question."""
        document = json.loads(call("route", "make it better", "--json").stdout)
        assert (document["action"], document["question"]) == ("clarify", "Make what better?")

    @pytest.mark.parametrize("arguments", [("-",), ()])
    def test_the_text_may_come_from_standard_input(self, arguments):
        """Without TEXT, or with a dash, the piped text is routed."""
        assert json.loads(call("route", *arguments, "--json", stdin="fix the typo").stdout)["tier"] == "haiku"

    @pytest.mark.parametrize("stdin", ["", b"\xff\xfe", "a\x00b", "x" * 100_001])
    def test_a_text_that_cannot_be_used_is_a_usage_error(self, stdin):
        """Empty, not UTF-8, with NUL, over-long: exit code 2, what and why and fix on standard error, no traceback."""
        result = call("route", stdin=stdin)
        assert result.exit_code == 2
        assert "why:" in result.stderr
        assert "fix:" in result.stderr
        assert "Traceback" not in result.stderr

    def test_a_terminal_is_not_obeyed(self):
        """Control characters of a request reach no terminal."""
        assert "\x1b" not in call("route", "fix the \x1b[31mtypo").stdout

    def test_an_unknown_command_is_suggested(self):
        """A misspelt command exits 2 with the right one."""
        result = call("rout", "x")
        assert result.exit_code == 2
        assert "Did you mean route?" in result.stderr

    def test_a_configuration_file_can_be_named(self, tmp_path):
        """`--config` uses exactly that file; a fault in it exits 78 and names the option."""
        bad = tmp_path / "bad.toml"
        bad.write_text("[ccrouter]\nbudget_token = 1\n")
        result = call("--config", str(bad), "route", "fix the typo")
        assert result.exit_code == 78
        assert "budget_token" in result.stderr

    def test_an_option_can_be_set_for_one_call(self):
        """`--set` is stronger than every file."""
        document = json.loads(
            call("--set", "plugins.tiny.floor=haiku", "route", "destroy the typo", "--json").stdout
        )
        assert document["tier"] == "haiku"
        document = json.loads(call("route", "destroy the typo", "--json").stdout)
        assert document["tier"] == "sonnet"


class TestRouteFile:
    def test_answers_stand_in_order_and_bad_lines_in_their_place(self, inside):
        """One object a line, in order; a bad line is answered by its error, and the exit code is 1."""
        lines = [
            '{"text": "fix the typo"}',
            "not json",
            '{"text": ""}',
            '{"text": "x", "cwd": 3}',
            "",
            '{"text": "think", "files": ["a.txt"]}',
            '{"text": "x", "tier": "opus"}',
            "[1]",
            '{"files": "a"}',
        ]
        (inside.project / "f.jsonl").write_text("\n".join(lines))
        result = call("route", "--file", "f.jsonl", "--json")
        found = [json.loads(line) for line in result.stdout.splitlines()]
        assert result.exit_code == 1
        assert [one.get("tier") or one["line"] for one in found] == ["haiku", 2, 3, 4, "sonnet", 7, 8, 9]
        assert all(set(one["error"]) == {"what", "why", "fix"} for one in found if "error" in one)
        assert all(set(one) == KEYS for one in found if "error" not in one)

    @pytest.mark.usefixtures("inside")
    def test_good_lines_exit_0_also_from_standard_input(self):
        """`--file -` reads standard input; without --json a line is one short line."""
        result = call("route", "--file", "-", stdin='{"text": "fix the typo"}\n{"text": "think"}\n')
        assert result.exit_code == 0
        assert [line.split()[1] for line in result.stdout.splitlines()] == ["haiku", "sonnet"]

    def test_an_over_long_line_is_refused_and_the_next_one_read(self, inside):
        """A line beyond two megabytes is an error in its place, not the end."""
        huge = json.dumps({"text": "x" * 2_500_000})
        (inside.project / "f.jsonl").write_text(huge + '\n{"text": "fix the typo"}\n')
        found = [
            json.loads(line) for line in call("route", "--file", "f.jsonl", "--json").stdout.splitlines()
        ]
        assert "bytes" in found[0]["error"]["why"]
        assert found[1]["tier"] == "haiku"

    @pytest.mark.usefixtures("inside")
    def test_a_missing_file_exits_3(self):
        """A file that is not there is not found."""
        assert call("route", "--file", "none.jsonl").exit_code == 3


@pytest.mark.usefixtures("inside")
class TestFiles:
    @pytest.mark.parametrize("name", ["/etc/passwd", "../a.txt", "~/.ssh/config"])
    @pytest.mark.parametrize("command", [["route"], ["run"], ["run", "--dry-run"]])
    def test_a_file_outside_of_the_project_is_a_usage_error(self, command, name):
        """Nothing is decided, run or kept; the error says which folder the project is."""
        result = call(*command, "--files", name, "fix the typo")
        assert result.exit_code == 2
        assert "outside of the project" in result.stderr
        assert json.loads(call("inspect", "--json").stdout)["counts"].get("decisions", 0) == 0

    def test_a_line_with_such_a_file_is_answered_by_its_error(self, inside):
        """The other lines are decided."""
        lines = [
            '{"text": "fix the typo", "files": ["/etc/passwd"]}',
            '{"text": "fix the typo", "files": ["a\\u0000b"]}',
            '{"text": "fix the typo", "cwd": "a\\u0000b"}',
            '{"text": "fix the typo", "files": ["a.txt"]}',
        ]
        (inside.project / "r.jsonl").write_text("\n".join(lines))
        result = call("route", "--file", "r.jsonl", "--json")
        answers = [json.loads(line) for line in result.stdout.splitlines()]
        assert ["error" in answer for answer in answers] == [True, True, True, False]
        assert result.exit_code == 1


@pytest.mark.usefixtures("inside")
class TestExplain:
    def test_the_beginning_of_an_id_is_enough(self):
        """`explain` shows the signals with their words, the decision and the cost."""
        made = json.loads(call("route", "fix the typo", "--json").stdout)
        shown = call("explain", made["id"][:6]).stdout
        for word in (
            "fix the typo",
            "tiny.typo",
            "“typo”",
            "supports haiku",
            "haiku",
            "$0.0050",
            made["id"][:1],
        ):
            assert word in shown

    def test_json_is_the_kept_record(self):
        """The kept record has the text, the signals considered and the attempts."""
        made = json.loads(call("route", "fix the typo", "--json").stdout)
        document = json.loads(call("explain", made["id"], "--json").stdout)
        assert document["schema"] == "ccrouter/explain/1"
        assert document["text"] == "fix the typo"
        assert document["considered"][0]["span"] == [8, 12]
        assert document["attempts"] == []

    def test_spans_still_fit_after_a_secret_was_blanked(self):
        """A secret before the matched words is blanked in the record, and the span moves with them."""
        text = "with sk-ant-REDACTED fix the typo"
        made = json.loads(call("route", text, "--json").stdout)
        document = json.loads(call("explain", made["id"], "--json").stdout)
        assert "sk-ant-" not in json.dumps(document)
        start, end = document["considered"][0]["span"]
        assert document["text"][start:end] == "typo"
        assert text[slice(*made["reasons"][0]["span"])] == "typo"

    def test_what_a_signal_demands_is_told(self, inside):
        """A floor, a ceiling and support stand beside the signal that brings them."""
        inside.install("capped", "Capped", CAPPED)
        made = json.loads(call("route", "fix the typo", "--json").stdout)
        assert "capped.cheap: it is small [floor haiku, ceiling haiku, supports haiku]" in " ".join(
            call("explain", made["id"]).stdout.split()
        )

    def test_an_unknown_id_exits_3(self):
        """What was never decided cannot be explained."""
        assert call("explain", "r-nothing").exit_code == 3

    def test_feedback_is_shown(self):
        """What the person said of an answer stands in its explanation."""
        made = json.loads(call("route", "fix the typo", "--json").stdout)
        assert call("feedback", made["id"], "wrong").exit_code == 0
        assert json.loads(call("explain", made["id"], "--json").stdout)["feedback"]["verdict"] == "wrong"
        assert "wrong" in call("explain", made["id"]).stdout
        assert call("feedback", made["id"], "perhaps").exit_code == 2

    def test_what_is_not_a_wrong_answer_takes_a_wrong_back(self):
        """The help of `feedback` says what the words do: only "wrong" raises the session's next turn."""
        shown = call("feedback", "--help").stdout
        assert "learn" not in shown
        assert "takes an earlier" in " ".join(shown.split())

    def test_a_text_is_not_kept_when_the_user_says_so(self):
        """With keep_text = false the record has the length alone, and explain says so."""
        made = json.loads(call("--set", "ccrouter.keep_text=false", "route", "fix the typo", "--json").stdout)
        assert json.loads(call("explain", made["id"], "--json").stdout)["text"] is None
        assert "was not kept" in call("explain", made["id"]).stdout


class TestRules:
    def test_mismatches_are_reported_and_exit_4(self, inside):
        """Each line that is decided otherwise is named with what was expected and what came."""
        (inside.project / "e.jsonl").write_text(
            '{"text": "fix the typo", "tier": "haiku"}\n{"text": "think", "action": "clarify"}\n'
        )
        result = call("rules", "test", "e.jsonl", "--json")
        document = json.loads(result.stdout)
        assert result.exit_code == 4
        assert (document["total"], document["matched"]) == (2, 1)
        assert document["mismatches"][0]["line"] == 2
        assert "1 of 2 as expected" in call("rules", "test", "e.jsonl").stdout

    @pytest.mark.parametrize("text", ["", "\n \n"])
    def test_a_file_without_expectations_is_none(self, inside, text):
        """Nothing was compared, so nothing was as expected."""
        (inside.project / "e.jsonl").write_text(text)
        assert call("rules", "test", "e.jsonl").exit_code == 2

    def test_nothing_is_kept(self, inside):
        """Trying rules leaves no decision behind."""
        (inside.project / "e.jsonl").write_text('{"text": "fix the typo", "tier": "haiku"}\n')
        assert call("rules", "test", "e.jsonl").exit_code == 0
        assert json.loads(call("inspect", "--json").stdout)["counts"]["decisions"] == 0

    @pytest.mark.parametrize(
        "line", ['{"text": "x"}', '{"text": "x", "tier": "gpt"}', '{"text": "x", "action": "no"}', "?"]
    )
    def test_an_expectation_that_expects_nothing_is_refused(self, inside, line):
        """A line without an expectation, or with one that cannot be met, is an error that names the line."""
        (inside.project / "e.jsonl").write_text(line)
        result = call("rules", "test", "e.jsonl")
        assert result.exit_code == 2
        assert "line 1" in result.stderr
