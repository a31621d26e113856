"""What always holds of routing, whatever the text."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ccrouter_core import Request
from ccrouter_plugins.routing import RouterDecision, Routing, assess, route_request, should_escalate
from ccrouter_plugins.routing.__main__ import main
from ccrouter_plugins.routing.selftest import checks

DATA = Path(__file__).resolve().parents[1] / "data"
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
DESTRUCTIVE = (
    "rm -rf build",
    "Delete all .tmp files in the project",
    "git push --force origin main",
    "DROP TABLE users;",
    "terraform destroy -auto-approve",
    "wipe the production database",
    "kubectl delete namespace staging",
    "rm${IFS}-rf${IFS}./output",
    "d\u0435lete all build artifacts",
    "supprime tous les fichiers temporaires",
    "python -c \"import shutil; shutil.rmtree('data')\"",
    "bash -c 'git reset --hard'",
)
HARMLESS = (
    "remove the call to foo() in a.py",
    "format the inFORMATion page in docs/info.md",
    "what does rm -rf do?",
    "do NOT drop the table, just show me its schema",
    "git clean -n",
    "git commit -m 'fix: do not rm -rf root'",
    "echo 'rm -rf /'",
)
PROTECTED = (
    "update .claude/CLAUDE.md with the new commit conventions",
    "use haiku to change one word in .claude/settings.json",
    "add my key to ~/.ssh/authorized_keys",
    "edit .github/workflows/ci.yml",
)
TAILS = (
    "",
    " Thanks!",
    " Just kidding.",
    " And format a.py.",
    "\nls",
    "; echo done",
    ". Do not ask.",
    ". It is harmless.",
)
# Each is repeated to a long text: what a search for an end, a look back or a nesting would be slow on.
HOSTILE = (
    *("a", "A1", " ", "\n", "\t\n", "'", '"', "`", "(", ")", "[", "{", "<", "$", "$(", "${", "\\", "/", "a/", ".", "-", "*", "#", "|", "~"),
    *("a&&", "a && ", "a|", ";", "a, ", "a: ", "=", "a=", "${IFS}", "$x ", "../", "(a", "[a](b) ", '{"a": ', "f(", "if a; then "),
    *("d\u200be", "\u200b", "e\u0301", "\u0301", "\u4e2d", "d\u0435lete ", "\uff52\uff4d ", "\u2014", "cm0gLXJmIC8", "QUJD="),
    *("rm -rf x; ", "rm -rf x\n", "`rm -rf x` ", 'run "rm -rf x" ', "> a; ", 'run "', "run `", "bash -c '", 'echo "', 'python -c "', "sudo "),
    *("cat <<EOF\n", "cat <<EOF\nx\nEOF\n", "```\n", "```bash\nls\n", "~~~\n", "DROP TABLE x; ", "SELECT ", "with a as (", "/* ", "-- a\n"),
    *("fix ", "Fix the typo in a.py. ", "fix a.py\n\n", "- fix a.py\n", "what is it? ", "delete it. ", "and then ", "do not ", "foo --bar\n"),
)  # fmt: skip


@QUICK
@given(st.text(max_size=300))
def test_every_text_gets_a_decision(text: str):
    """Any Unicode string is decided, with spans inside the text and a confidence of 0..1."""
    result = should_escalate(text)
    assert isinstance(result.decision, RouterDecision)
    assert 0 <= result.confidence <= 1
    assert all(-1 <= fact.start <= fact.end <= len(text) for fact in result.facts)


@pytest.mark.parametrize("tail", TAILS)
@pytest.mark.parametrize("text", DESTRUCTIVE)
def test_nothing_appended_removes_a_destructive_floor(text: str, tail: str):
    """Monotone: a further sentence or command never undoes an earlier order."""
    result = should_escalate(text + tail)
    assert result.decision is not RouterDecision.DIRECT_TO_AGENT
    assert any(fact.name == "routing.destructive" for fact in result.facts)


@pytest.mark.parametrize("tail", TAILS)
@pytest.mark.parametrize("text", PROTECTED)
def test_nothing_appended_removes_a_protected_floor(text: str, tail: str):
    """A protected change never goes to the lowest tier."""
    assert should_escalate(text + tail).tier != "haiku"


@QUICK
@given(text=st.sampled_from(DESTRUCTIVE), tail=st.text(max_size=40))
def test_random_tails_never_make_it_routable(text: str, tail: str):
    """Whatever sentence follows on a line of its own."""
    assert should_escalate(f"{text}\n{tail}").decision is not RouterDecision.DIRECT_TO_AGENT


@pytest.mark.parametrize("text", HARMLESS)
def test_a_mention_is_not_an_order(text: str):
    """Quotes, questions, negations, dry runs and edits inside a file lose nothing."""
    assert not any(fact.name == "routing.destructive" for fact in should_escalate(text).facts)


@pytest.mark.parametrize(
    "wrap",
    [
        "run `{}`",
        "could you run `{}` for me?",
        "please run this: {}",
        "Run the following command\n\n{}",
        "```bash\n{}\n```",
        "execute this:\n```sh\n{}\n```",
    ],
)
@pytest.mark.parametrize(
    ("command", "destroys"),
    [
        ("git status", False),
        ("cat <<EOF\nrm -rf /home/user\nEOF", False),
        ("for f in *.py; do echo $f; done", False),
        ("sh <<EOF\nrm -rf /home/user\nEOF", True),
        ("`echo rm` -rf x", True),
        ("rm -rf `pwd`", True),
        ("rake db:drop:all", True),
    ],
)
def test_a_wrapped_command_is_the_command(wrap: str, command: str, destroys: bool):
    """An order to run it, backticks or a fence add nothing and take nothing away."""
    facts = should_escalate(wrap.format(command)).facts
    assert any(fact.name == "routing.destructive" for fact in facts) is destroys
    assert should_escalate(wrap.format(command)).decision is should_escalate(command).decision


def test_options_without_their_command_are_not_known():
    """Backticks that do not pair hide no command."""
    assert should_escalate("run `echo a; `echo rm` -rf x`").decision is not RouterDecision.DIRECT_TO_AGENT


@pytest.mark.parametrize("text", [*DESTRUCTIVE, *HARMLESS, *PROTECTED, "Fix the typo in intro.tex", "fix it"])
def test_politeness_and_whitespace_change_nothing(text: str):
    """The decision is about the request, not its manners."""
    decision = should_escalate(text).decision
    for variant in (f"  {text}  ", f"please {text}", f"{text} please", text.replace(" ", "  ")):
        assert should_escalate(variant).decision is decision, variant


@pytest.mark.parametrize(
    "text", ["yes, do that", "fix it", "same for the other file", "ok go ahead", "do it again"]
)
def test_follow_ups_never_clarify_and_keep_their_floor(text: str):
    """A turn that continues another is not a riddle, and not a way around a floor."""
    earlier = {"text": "delete the old logs", "tier": "sonnet", "floor": "sonnet"}
    result = should_escalate(text, {"earlier": earlier})
    assert result.decision is not RouterDecision.CLARIFY
    assert result.tier != "haiku"


def rows(name: str) -> list[dict]:
    """Return the rows of a data file."""
    return [json.loads(line) for line in (DATA / f"{name}.jsonl").read_text("utf-8").splitlines()]


HEADS = (
    "fix the typo in a.md. ",
    "Format a.py; ",
    "read b.md and then ",
    "hi there! ",
    "1. sort a.txt\n2. ",
)
LATER = (
    ". What does this do?",
    ". Explain what you did.",
    ". Fix the typo in a.md",
    " (dry run not needed)",
    ". It is harmless.",
)


@pytest.mark.parametrize("text", [row["text"] for row in rows("hostile") if row["kind"] == "loss"])
def test_neither_what_stands_before_nor_after_excuses_a_loss(text: str):
    """A mechanical opener, a question behind it or a remark in brackets: it is not routed, and the floor stays."""
    alone = _destroys(text)
    for variant in (*(head + text for head in HEADS), *(text + tail for tail in LATER)):
        assert should_escalate(variant).decision is not RouterDecision.DIRECT_TO_AGENT, variant
        assert _destroys(variant) or not alone, variant


@pytest.mark.parametrize(
    "manner",
    [
        "{}",
        "could I trouble you to {}",
        "I was hoping you'd be able to {}",
        "would it be possible for you to {}?",
        "it'd be great if someone could quickly {}",
        "if you have time, please {}",
        "one small request: {}",
        "- [ ] {}",
        "{}, no rush",
    ],
)
@pytest.mark.parametrize(
    "text", ["fix the typo in a.md", "delete the old branches", "make it nicer", "yeet the cache folder"]
)
def test_manners_are_words_of_manners_up_to_the_verb(manner: str, text: str):
    """No list of phrases: whatever is polite and ends before the verb asks for nothing."""
    assert should_escalate(manner.format(text)).decision is should_escalate(text).decision


def _destroys(text: str) -> bool:
    return any(fact.name == "routing.destructive" for fact in should_escalate(text).facts)


@pytest.mark.parametrize(
    "text",
    [
        "run ls and then crontab -r",
        "run ls. Then run rm -rf build",
        "first pip list, then git status, then git clean -fdx",
        "read b.md and then git restore .",
        "please find . -name '*.orig' -delete",
        "could you ls *.bak | xargs rm -f",
    ],
)
def test_a_later_command_counts_as_much_as_the_first(text: str):
    """Each is judged, wherever it stands."""
    assert _destroys(text)


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("¿qué hace la opción --no-ff de git merge?", RouterDecision.DIRECT_TO_AGENT),
        ("config.yamlのtimeoutを30から60に変更して", RouterDecision.DIRECT_TO_AGENT),
        ("füge in src/a.py eine Funktion hinzu, die Daten prüft", RouterDecision.DIRECT_TO_AGENT),
        ("kannst du das verbessern?", RouterDecision.CLARIFY),
        ("それを直して", RouterDecision.CLARIFY),
        ("exclua o banco de dados de teste", RouterDecision.ESCALATE_TO_SONNET),
        ("удали старые логи", RouterDecision.ESCALATE_TO_SONNET),
    ],
)
def test_other_languages(text: str, outcome: RouterDecision):
    """Six are read word by word, of others only what is exact; a loss is found in more."""
    assert should_escalate(text).decision is outcome


LOG = "\n\n2024-05-02 10:11:03 LOG:  statement: DROP TABLE coupons\n2024-05-02 10:11:03 LOG:  done"


def test_what_is_only_shown_is_not_asked_for():
    """A pasted log is data, unless the request says to do what stands there."""
    assert should_escalate("which table was dropped according to this log?" + LOG).tier == "haiku"
    told = should_escalate("run what this log says" + LOG)
    assert told.decision is not RouterDecision.DIRECT_TO_AGENT
    assert should_escalate(LOG.strip()).decision is not RouterDecision.DIRECT_TO_AGENT


@pytest.mark.parametrize(
    ("text", "tier"),
    [
        ("src/a.ts: double quotes instead of single ones, please", "haiku"),
        ("the button in src/a.vue needs title='Send'", "haiku"),
        ("src/a.py computes the wrong total when the cart is empty", "sonnet"),
        ("frobnicate the retry loop in src/a.py", "sonnet"),
        ("src/a.rs deadlocks when two workers stop; work out why", "opus"),
    ],
)
def test_a_named_file_and_something_said_inside_it_is_a_clear_task(text: str, tier: str):
    """The shape counts, not the verb."""
    result = should_escalate(text)
    assert (result.decision, result.tier) == (RouterDecision.DIRECT_TO_AGENT, tier)


@pytest.mark.parametrize(
    "text",
    [
        "frobnicate src/a.py",
        "frobnicate everything in data/a.csv",
        "src/a.py is not needed anymore",
        "zap it",
    ],
)
def test_an_unknown_verb_with_the_whole_file_as_its_object_is_not_routed(text: str):
    """It might get rid of it."""
    assert should_escalate(text).decision is not RouterDecision.DIRECT_TO_AGENT


@pytest.mark.parametrize(
    "text",
    ["change the figure", "make it nicer", "A or B?", "the other one", "add a test", "why is it slow?"],
)
def test_what_names_nothing_is_asked_back(text: str):
    """The question names the words of the request."""
    result = should_escalate(text)
    assert result.decision is RouterDecision.CLARIFY
    assert result.question
    assert text.rstrip("?") in result.question


def test_a_rejected_answer_starts_a_tier_higher():
    """What was wrong once is not asked of the same tier again."""
    text = "Fix the typo in intro.tex"
    earlier = {"text": text, "tier": "haiku", "rejected": True}
    assert should_escalate(text, {"earlier": earlier}).tier == "sonnet"


def cpu_s(text: str) -> float:
    """Return the processor time of one decision, the better of two."""
    samples = []
    for _ in range(2):
        began = time.process_time()
        should_escalate(text)
        samples.append(time.process_time() - began)
    return min(samples)


def yardstick_s() -> float:
    """Return the processor time of a fixed piece of plain Python (about 4 ms where these bounds were measured)."""

    def once() -> float:
        began = time.process_time()
        total = 0
        for number in range(100_000):
            total += number & 3
        return time.process_time() - began

    return min(once() for _ in range(5))


@pytest.mark.parametrize("piece", HOSTILE)
def test_time_is_linear(piece: str):
    """Eight times the text takes about eight times as long, whatever the text is made of."""
    cpu_s("fix a.py; run `rm -rf x`")
    small, large = ((piece * length)[:length] for length in (3_000, 24_000))
    assert cpu_s(large) <= 20 * max(cpu_s(small), 0.001)


@pytest.mark.parametrize(
    "text",
    [
        "alias x='" + "x;" * 50 + "'; x",
        "a='" + 'bash -c "$a";' * 20 + '\'; bash -c "$a"',
        "printf '" + "A" * 9_000 + "%s' " + "a " * 9_000 + "| bash",
        "a=xxxxxxxx; " + "a=$a$a; " * 2_000 + "echo $a | sh",
    ],
)
def test_what_multiplies_itself_is_cut_short(text: str):
    """A text that would grow without end when run is given up on in time, and not routed."""
    assert cpu_s(text) <= 200 * yardstick_s()
    assert should_escalate(text).decision is not RouterDecision.DIRECT_TO_AGENT


def test_a_project_agent_that_matches_takes_it(tmp_path):
    """A declared agent wins over the general one."""
    folder = tmp_path / ".claude" / "agents"
    folder.mkdir(parents=True)
    (folder / "typos.md").write_text(
        "---\nname: typo-fixer\ndescription: fixes typos and spelling mistakes in tex files\nmodel: haiku\n---\nFix.\n"
    )
    assert route_request("Fix the typo in intro.tex", {"cwd": str(tmp_path)}).agent == "typo-fixer"


def test_the_plugin_says_what_the_engine_says(router):
    """Signals carry spans, what is destructive asks for a yes, and a price is expected."""
    answer = router(Routing(), replies=["ok"]).decide(Request(text="please run rm -rf build"))
    (signal,) = [signal for signal in answer.signals if signal.name == "routing.destructive"]
    assert answer.request.text[slice(*signal.span)].startswith("rm -rf")
    assert signal.confirm
    assert answer.decision.tier == "sonnet"
    assert answer.decision.expected_cost_nano_usd > 0


def test_a_destructive_request_is_refused_when_nobody_is_there(router):
    """Without a person's yes nothing runs."""
    opened = router(Routing(), replies=["ok"])
    answer = opened.handle(Request(text="rm -rf build"))
    assert answer.attempts == ()
    assert opened.handle(Request(text="rm -rf build"), confirm=lambda _: True).attempts


def test_further_words_and_paths_of_the_user_count():
    """Options add to the rules and never take away."""
    routing = Routing(destructive=("vaporise",), protected=("infra/**",))
    names = {signal.name for signal in routing.ccrouter_signals(Request(text="vaporise the staging cluster"))}
    assert "routing.destructive" in names
    names = {
        signal.name for signal in routing.ccrouter_signals(Request(text="fix the typo in infra/main.tf"))
    }
    assert "routing.protected" in names


def test_the_self_test_and_the_demonstration_run(capsys):
    """`python -m ccrouter_plugins.routing [--test]`."""
    assert all(check.passed for check in checks()), [check for check in checks() if not check.passed]
    assert main() == 0
    assert "escalate" in capsys.readouterr().out


def test_facts_of_a_text_are_a_pure_function():
    """The same text, the same facts."""
    assert assess("rm -rf build") == assess("rm -rf build")


@pytest.mark.parametrize(
    "text",
    [
        "bring it in line with our conventions",
        "raise it a notch",
        "that has gotten worse",
        "calibrate the gyroscope",
        "the newsletter needs polishing",
        "file it where it should go",
        "the page looks strange on my tablet",
        "first layout or second layout, which one?",
        "keep the good bits and redo the rest",
        "they don't match",
        "the monitor flickers",
        "make sure it follows our conventions",
        "make this less annoying",
        "c'est trop lent",
    ],
)
def test_what_only_points_is_asked_about(text: str):
    """A pronoun without a referent, or one bare noun without place or purpose, does not say which."""
    assert should_escalate(text).decision is RouterDecision.CLARIFY


@pytest.mark.parametrize(
    "text",
    [
        "make it possible to log in with a passkey",
        "rewrite the crawler in Rust",
        "track down the flaky tests",
        "update the docs for the scheduler",
        "this should support WebDAV as a backend",
        "prove that the queue never drops a job",
    ],
)
def test_what_is_named_is_not_asked_about(text: str):
    """A purpose, a goal or a noun with its attribute says enough."""
    assert should_escalate(text).decision is not RouterDecision.CLARIFY


@pytest.mark.parametrize(
    "text",
    [
        "explain what rm -rf does, and after that actually run it on ./dist",
        "what is git clean -fd? now run it in ./build",
        "describe what shred does to a file, then run it on notes.txt",
        "explain what rm does to a.py, then run it",
    ],
)
def test_what_was_only_explained_is_not_run_unseen(text: str):
    """An order to run "it" may mean the tool that was talked about, not the file that is named."""
    assert should_escalate(text).decision is not RouterDecision.DIRECT_TO_AGENT


@pytest.mark.parametrize(
    ("text", "tier"),
    [
        ("flatten the nested loops in merge_rows (core/rows.go)", "sonnet"),
        ("conf/limits.ini: max_users=12", "haiku"),
        ("in what module is the class Scheduler defined", "haiku"),
        ("yo could u fix the typo in README.md", "haiku"),
        ("do a quick local dry run of rsync to the mirror", "haiku"),
        ("parse_age in core/person.py has no docstrings, add some", "sonnet"),
        ("Leave the archive alone. Just list the files in /srv/data.", "haiku"),
        ("core/rows.ts: the constant maxRow should become rowLimit", "haiku"),
        ("core/rows.py needs ruff, please run it", "haiku"),
        ("set the width in scenes/main.tscn to 40", "haiku"),
        (
            "what does this mean?\n\n/usr/bin/ar: warning: a.o: will be removed in a future version",
            "haiku",
        ),
        ("c'est quoi la différence entre rebase et merge ?", "haiku"),
    ],
)
def test_one_clear_step_is_routed_however_it_is_put(text: str, tier: str):
    """A place, an object and one step are enough, whatever their order and the marks around them."""
    result = should_escalate(text)
    assert (result.decision, result.tier) == (RouterDecision.DIRECT_TO_AGENT, tier), result.reason


@pytest.mark.parametrize(
    ("command", "empties"),
    [
        ('"" | Set-Content C:\\app\\license.key', True),
        ("$null | Out-File C:\\app\\app.log", True),
        ("Set-Content C:\\app\\app.log $null", True),
        ("Get-Date | Set-Content C:\\app\\stamp.txt", False),
        ("Set-Content C:\\app\\stamp.txt 'done'", False),
    ],
)
def test_nothing_written_over_a_file_empties_it(command: str, empties: bool):
    """PowerShell has no `>` alone: an empty text is written instead."""
    result = should_escalate(f"run `{command}`")
    assert any(fact.name == "routing.destructive" for fact in result.facts) == empties
