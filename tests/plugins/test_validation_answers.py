"""An answer says something, or it fails; asking for help, formats and reviews are told apart."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccrouter_core.errors import UsageError
from ccrouter_core.models import Action, Decision, Outcome, Request, Signal, Status, Verdict
from ccrouter_plugins.validation import CRITERIA, ResultValidator, Validation

VALIDATOR = ResultValidator()


def judged(text: str, criterion: str, request: str = "", changed: tuple[str, ...] = ()) -> Verdict:
    """Return the verdict of one criterion."""
    (verdict,) = VALIDATOR.validate(text, [criterion], request=request, changed=changed)
    assert verdict.check == f"validation.{criterion}"
    assert verdict.reason
    return verdict


DEGENERATE = [
    "", " \n\t ", "...", "Done.", "done", "**Done!**", "OK", "Ok.", "Sure!", "(Standing by.)", "Standing by.", "Understood.",
    "Got it!", "Task completed.", "No response requested.", "Acknowledged", "Ready when you are!", "Will do.",
    "I can't help with that.", "I cannot assist with this request.", "I'm sorry, but I can't help with that.",
    "Sorry, I can't do that.", "I\u2019m unable to complete this task.", "I am not able to access files.",
    "I won't do that.", "I do not have access to your files.", "I don't have the ability to run code.",
    "Unfortunately, I cannot provide that.", "I must decline.",
    "As an AI language model, I cannot run code.", "As an AI, I have no opinion.", "I'm just an AI and cannot do this.",
    "I'm sorry.", "I apologize for the confusion.", "My apologies!", "Sorry, I made a mistake.", "I'm sorry for the confusion. Let me fix that.",
    "I'll take a look.", "I will fix the bug now.", "Let me check the file.", "Sure, I'll do that!", "Let me look into it.",
    "I'm going to read the code first. Then I'll report back.", "First, let me look at the code.",
    "I'd be happy to help! What would you like me to do?", "How can I help you today?", "Please provide the file.",
    "Sure! Could you please share the code?", "Okay. Let me know if you need anything else.",
    "Erledigt.", "Fertig!", "Ich kann dir dabei leider nicht helfen.", "Es tut mir leid.", "Ich werde das prüfen.",
    "Fait.", "C'est fait.", "Je ne peux pas vous aider.", "Désolé.", "Je vais vérifier.", "En tant qu'IA, je ne peux pas.",
    "Hecho.", "Listo.", "No puedo ayudar con eso.", "Lo siento.", "Voy a revisar el archivo.",
    "Fatto.", "Mi dispiace, ma non posso.", "Feito.", "Não posso ajudar com isso.", "Het spijt me.",
    "\u041a сожалению, я не могу помочь.", "Готово.", "完了しました。", "已完成。", "抱歉\uff0c我无法帮助你。", "申し訳ありませんが、お手伝いできません。",
    "죄송합니다.", "the " * 100,
]  # fmt: skip

ANSWERS = [
    "42", "Yes.", "No.", "yes", "v20.1", "3.14", "None.", "null", "UTC", "main", "`src/a.py:17`", "O(n log n)", "Paris",
    "Ja.", "Nein, in a.py steht 3.", "Oui.", "Sí", "はい", "是的", "Нет", "不", "-1", "#fff", "?x=1", "{}",
    "Done: the parser is in src/parser.py.", "It is done in src/pager.js, line 17.",
    "I cannot find any usage of OrderService in src/.", "I'm unable to find a test that covers this; parse() is untested.",
    "Sorry for the delay. The version is v20.1.", "I apologize for the confusion; the port is 8080.",
    "You can't help it: the GIL serialises the threads.", "You will have to rename it by hand.",
    "Let me explain:\n\nA mutex is a lock that one thread holds at a time.",
    "I'll keep this short. A mutex is a lock.",
    "Sure! The function returns None when the file is empty.",
    "As an aid to memory: red, green, refactor.",
    "The error means that the port is in use.", "No results are cached between runs.",
    "Sorry, no: the function is not thread-safe.", "Sorry, the file has no line 80.",
]  # fmt: skip


@pytest.mark.parametrize("text", DEGENERATE)
def test_empty_talk_fails(text: str) -> None:
    """Acknowledgements, refusals, apologies, promises and questions back are no answers, in no language."""
    assert judged(text, "not_degenerate").status is Status.FAIL


@pytest.mark.parametrize("text", ANSWERS)
def test_short_and_polite_answers_pass(text: str) -> None:
    """An answer is judged by what it says, not by its length or its manners."""
    assert judged(text, "not_degenerate").status is Status.PASS


def test_repeating_the_request_is_no_answer() -> None:
    """An echo says nothing new."""
    assert judged("What does src/a.py do?", "not_degenerate", "what does src/a.py do").status is Status.FAIL


def test_a_long_refusal_with_reasons_is_read_as_an_answer() -> None:
    """What explains at length is not a bare refusal."""
    text = (
        "I can't run the migration here. "
        + "The table has 40 columns and the lock would be held too long. " * 20
    )
    assert judged(text, "not_degenerate").status is Status.PASS


def test_a_failed_answer_does_not_skip_a_tier() -> None:
    """Empty talk shows nothing about missing reasoning."""
    assert not judged("Done.", "not_degenerate").skips_tier


@given(st.text(max_size=500), st.sampled_from(CRITERIA))
def test_every_text_gets_a_verdict(text: str, criterion: str) -> None:
    """No answer is too strange to be judged."""
    assert judged(text, criterion).status in set(Status)


@pytest.mark.parametrize(
    "piece", ["a", "I can't ", ". ", "i'm sorry ", "sure, ", "```\n", "\n", "ok now first "]
)
def test_judging_takes_linear_time(piece: str) -> None:
    """A hundred thousand letters of one pattern are judged at once."""
    began = time.process_time()
    for criterion in ("not_degenerate", "escalation_asked", "results_found"):
        judged(piece * (100_000 // len(piece)), criterion)
    assert time.process_time() - began < 1.5


def test_an_unknown_criterion_is_an_error_that_names_the_known_ones() -> None:
    """It is never a pass, and nothing is checked."""
    with pytest.raises(UsageError) as caught:
        VALIDATOR.validate("42", ["not_degenerate", "sintax"])
    assert all(name in caught.value.why for name in CRITERIA)
    assert "syntax" in caught.value.fix
    assert VALIDATOR.validate("42", []) == ()


@pytest.mark.parametrize(
    "text",
    ["ESCALATE: the proof needs case analysis", "I tried.\n\n**ESCALATE:** too hard\n", "> ESCALATE: x"],
)
def test_a_model_may_ask_for_a_stronger_one(text: str) -> None:
    """The line fails the attempt without skipping a tier."""
    verdict = judged(text, "escalation_asked")
    assert (verdict.status, verdict.skips_tier) == (Status.FAIL, False)


@pytest.mark.parametrize(
    "text",
    ["done", "We should escalate: ask Bob.", "ESCALATE:", "```\nESCALATE: example\n```", "De-ESCALATE: no"],
)
def test_talking_about_escalation_is_not_asking_for_it(text: str) -> None:
    """Only a line of its own, with a reason, outside code."""
    assert judged(text, "escalation_asked").status is Status.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("request_text", "text", "wanted"),
    [
        ("list them as JSON", '{"a": 1}', Status.PASS),
        ("list them as JSON", "Here you are:\n```json\n[1, 2]\n```\nThat is all.", Status.PASS),
        ("list them as JSON", "a = 1", Status.FAIL),
        ("return only valid json", '{"a": 1,}', Status.FAIL),
        ("return only valid json", "[" * 100_000, Status.FAIL),
        ("answer in yaml", "a: 1\nb: [2, 3]", Status.PASS),
        ("answer in yaml", "a: [1", Status.FAIL),
        ("print it as toml", "a = 1", Status.PASS),
        ("print it as toml", "a = ", Status.FAIL),
        ("give me a CSV", "a,b\n1,2\n", Status.PASS),
        ("give me a CSV", "a,b\n1,2,3\n", Status.FAIL),
        ("output json lines", '{"a": 1}\n{"a": 2}', Status.PASS),
        ("what is JSON?", "a format", Status.NOT_APPLICABLE),
        ("fix the bug in package.json", "done", Status.NOT_APPLICABLE),
        ("write it into a json file", "done", Status.NOT_APPLICABLE),
        ("", "x", Status.NOT_APPLICABLE),
    ],
)  # fmt: skip
def test_a_format_that_was_asked_for_must_parse(request_text: str, text: str, wanted: Status) -> None:
    """Only when the request asks for one."""
    assert judged(text, "output_valid", request_text).status is wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("No results found.", Status.FAIL),
        ("I couldn't find any matches.", Status.FAIL),
        ("Keine Treffer gefunden.", Status.FAIL),
        ("", Status.FAIL),
        ("- src/a.py:3\n- src/b.py:9", Status.PASS),
        ("See https://example.org/x for the paper.", Status.PASS),
        ("It is used in `Order.total` and `Cart.sum`.", Status.PASS),
        ("Nothing was found in src/x.py, but these use it:\n- src/a.py:3\n- src/b.py:4", Status.PASS),
        ("It is used in several places.", Status.CANNOT_RUN),
    ],
)
def test_a_search_must_show_results(text: str, wanted: Status) -> None:
    """Places, links or a list; where none can be counted, nothing is claimed."""
    assert judged(text, "results_found").status is wanted


@pytest.mark.parametrize(
    ("request_text", "text", "wanted"),
    [
        ("what is 6 x 7?", "42", Status.PASS),
        ("explain a.py", "It parses the arguments and prints a table.", Status.PASS),
        ("explain a.py", "Done.", Status.FAIL),
        ("explain the parser in a.py", "Explain the parser in a.py.", Status.FAIL),
        ("find all usages of parse()", "No usages were found.", Status.CANNOT_RUN),
        ("find all usages of parse()", "- src/a.py:3\n- src/b.py:9", Status.PASS),
        ("why is there no result?", "Nothing was found because the index is empty.", Status.PASS),
    ],
)
def test_an_answer_to_a_question_must_say_something(request_text: str, text: str, wanted: Status) -> None:
    """That is all a program can tell of it; that a search found nothing it cannot confirm."""
    assert judged(text, "results_found", request_text).status is wanted


def test_words_about_a_change_prove_nothing() -> None:
    """What is said of changed files can only fail."""
    assert judged("I fixed it in a.py.", "not_degenerate", changed=("a.py",)).status is Status.NOT_APPLICABLE
    assert judged("I can't help with that.", "not_degenerate", changed=("a.py",)).status is Status.FAIL


@pytest.mark.parametrize(
    ("request_text", "changed", "wanted"),
    [
        ("fix the typo in README.md", ("README.md",), Status.PASS),
        ("fix the typo in README.md", ("README.md", "zzz.txt"), Status.PASS),
        ("fix the typo in README.md", ("zzz.txt",), Status.FAIL),
        ("fix the typo in README.md", (), Status.NOT_APPLICABLE),
        ("fix the typos in the notes", ("notes/a.md",), Status.NOT_APPLICABLE),
        ("update the README", ("docs/readme.md",), Status.PASS),
        ("rename foo to bar in geo.py", ("src/geo.py",), Status.PASS),
        ("rename foo to bar in src/geo.py", ("geo2.py",), Status.FAIL),
        ("fix the bug in a.py", ("b.py",), Status.NOT_APPLICABLE),
        ("write a test for a.py", ("tests/test_a.py",), Status.NOT_APPLICABLE),
        ("implement what spec.md says", ("a.py",), Status.NOT_APPLICABLE),
        ("move parse() from a.py to b.py", ("b.py",), Status.NOT_APPLICABLE),
        ("fix the client/server wording", ("a.md",), Status.NOT_APPLICABLE),
        ("make run.sh executable", ("run.sh",), Status.PASS),
    ],
)
def test_an_edit_is_held_to_the_files_that_it_names(
    request_text: str, changed: tuple[str, ...], wanted: Status
) -> None:
    """Named and changed is a pass, named and not changed a failure where nothing else can be meant."""
    assert judged("I did it.", "edit_made", request_text, changed).status is wanted


@pytest.mark.parametrize(
    "request_text", ["rename a.py to b.py", "mv a.py b.py", "move a.py to b.py", "delete a.py"]
)
def test_what_was_to_go_must_be_gone(tmp_path: Path, request_text: str) -> None:
    """A copy under the new name is half of it."""
    (tmp_path / "a.py").write_text("x = 1\n")
    (tmp_path / "b.py").write_text("x = 1\n")

    def status() -> Status:
        changed = [name for name in ("b.py", "a.py") if name == "b.py" or not (tmp_path / name).exists()]
        (verdict,) = VALIDATOR.validate(
            "", ["edit_made"], folder=tmp_path, changed=changed, request=request_text
        )
        return verdict.status

    assert status() is Status.FAIL
    (tmp_path / "a.py").unlink()
    assert status() is Status.PASS


def test_files_beside_the_text_are_named_too() -> None:
    """As by --files; several, or an order whose work goes elsewhere, hold it to none of them."""

    def status(text: str, files: tuple[str, ...], changed: str) -> Status:
        request = Request(text=text, files=files)
        (verdict,) = VALIDATOR.validate("", ["edit_made"], changed=[changed], request=request)
        return verdict.status

    assert status("fix the typo", ("README.md",), "README.md") is Status.PASS
    assert status("fix the typo", ("README.md",), "zzz.txt") is Status.FAIL
    assert status("implement this", ("spec.md",), "a.py") is Status.NOT_APPLICABLE
    assert status("rename foo to bar", ("a.py", "b.py"), "a.py") is Status.NOT_APPLICABLE


def test_what_a_person_must_see_is_flagged_and_not_passed() -> None:
    """A review finding per changed file."""
    verdict = judged("x", "user_verification", changed=("a.tex", "b.tex"))
    assert verdict.status is Status.NOT_APPLICABLE
    assert [(finding.rule, finding.path) for finding in verdict.findings] == [
        ("review", "a.tex"),
        ("review", "b.tex"),
    ]


@pytest.mark.parametrize(
    ("effect", "ran", "status"),
    [
        ("run", (), Status.NOT_APPLICABLE),
        ("run", ("pytest -q",), Status.PASS),
        ("look", (), Status.PASS),
    ],
)
def test_an_answer_shows_no_results_of_what_did_not_run(effect, ran, status):
    """What was to be run and was not has no result, whatever the answer says."""
    command = Signal(name="x", reason="x", command="pytest -q", effect=effect)
    decision = Decision(action=Action.ROUTE, tier="haiku", agent=None, reasons=(command,))
    outcome = Outcome(text="- tests/test_a.py: 3 passed", tier="haiku", ran=ran)
    request = Request(text="run `pytest -q`")
    verdicts = Validation(run_tests=False).ccrouter_validate(request, decision, outcome)
    assert [v.status for v in verdicts if v.check == "validation.results_found"] == [status]
