"""Only a plain order to change something that can be a file is an edit."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccrouter_core.intents import wants_edit
from ccrouter_core.models import Action, Decision, Request, Signal, Turn

EDITS = """
fix the typo in src/main.py
Fix the spelling of "recieve" in docs/guide.md
please rename cnt to count in lib/stats.go
can you rename cnt to count in lib/stats.go?
could you please add type hints to src/geo.py
I want you to remove the unused imports from scripts/sync.py
I'd like to move parse() from a.py to b.py
let's bump the version in package.json
lib/stats.go: cnt -> count (variable rename)
in templates/checkout.html correct the spelling of adress
theres a typo in templates/checkout.html: "adress" should be "address"
src/money.py has no unit tests, please write them
app/models/user.rb needs formatting, can you do that
review src/auth.py and fix what you find
run the tests and fix the failures
find and fix the off-by-one error in src/pager.js
why does tests/test_a.py fail? fix it
Refactor the function parse_args in cli/main.py to reduce nesting
refactor src/a.py without changing its behaviour
fix src/a.py but don't touch the tests
add a --dry-run flag to cli.py
make the field read-only in forms.py
implement OAuth login
Upgrade React from 17 to 18 and fix what breaks
Fix all the lint warnings
rename getUser to fetchUser in every file
write unit tests for the parser
Write a docstring for every public function in src/geo.py
add a comment above remove_user() in src/users.py
remove the call to purge_cache() in src/jobs.py
sort the imports in src/server/index.ts
comment out line 30 in Makefile
make a copy of config.example.yml as config.local.yml
summarise papers/a.md and save the summary to notes/a.md
put a retry around the call in `net/client.py`
edit "src/app.py" so that it logs
make src/upload.py stream the file instead of loading it into memory
Rewrite the abstract in abstract.tex to be under 150 words
Shorten the related work section
add the tag #physics to notes/entropy.md
create a note about photosynthesis
run prettier on web/App.vue
black src/cli.py
sed -i 's/a/b/' src/x.py
git mv a.py b.py
Create a new API endpoint and add tests
every callback in the repo should become async/await
formatiere src/lager.py
bitte den Fehler in src/lager.py beheben
ajoute des tests dans tests/test_a.py
corrige la faute dans docs/index.md
añade un parámetro a la función en src/a.py
把 src/a.py 里的 foo 改成 bar
""".strip().splitlines()

NOT_EDITS = """
what does src/main.py do?
how do I rename a variable in src/main.py?
should I refactor src/main.py?
why does the build fail
explain how to fix the typo in src/main.py
show me how you would rename foo in src/a.py
can you tell me what a mutex is for
I want to know how to add a test to tests/test_a.py
review src/auth/session.py for security issues
Check web/login.php for SQL injection
find the race condition in src/raft/log.go
Prove Theorem 2 in appendix.tex without assuming compactness
list the files in src and sort them by size
run pytest tests/test_auth.py
pytest tests/test_auth.py
black --check src/cli.py
npm run build
git status -sb
git log --oneline -n 15
cat CLAUDE.md
compile paper.tex with latexmk
explain what `git reset --hard` changes compared to --soft
search for "remove the file" in docs/
grep for "DROP TABLE" in migrations/
do not change anything, just list the files in old/
review src/a.py and suggest fixes, don't edit any files
fix src/a.py? no, without touching the code tell me what is wrong
explain src/a.py. Do not modify it.
suggest a better name for foo in src/a.py
plan a migration from MySQL to Postgres
write a haiku about spring
write a poem
create a plan for the week
make a list of prime numbers
sort these numbers: 3 1 2
convert 5 miles to km
translate "good morning" to French
add 2 and 3
remove the duplicates from [3, 1, 3]
What is the capital of France?
hello
thanks!
fix it
make it better
compare src/a.py and src/b.py
how would you refactor src/a.py?
is there a bug in src/a.py?
what happens if I remove the lock in src/a.py?
comment renommer la fonction dans src/a.py ?
was macht src/lager.py?
erkläre src/lager.py, ohne etwas zu ändern
explique ce que fait git rebase
¿qué hace src/a.py?
""".strip().splitlines()


@pytest.mark.parametrize("text", EDITS)
def test_orders_to_change_files_are_edits(text: str) -> None:
    """An order with something to change, however it is dressed."""
    assert wants_edit(Request(text=text))


@pytest.mark.parametrize("text", NOT_EDITS)
def test_reading_asking_and_running_are_not(text: str) -> None:
    """Questions, explanations, reviews, commands, and texts that are their own result."""
    assert not wants_edit(Request(text=text))


@pytest.mark.parametrize(
    "text", ["yes, do that", "ok go ahead", "fix it", "now rename it to total", "Yes please."]
)
def test_a_reply_continues_its_turn(text: str) -> None:
    """What it stands for was said before."""
    assert wants_edit(Request(text=text, earlier=Turn(text="rename x in src/a.py")))


def test_a_reply_to_a_question_is_no_edit() -> None:
    """Agreeing to an explanation changes nothing."""
    assert not wants_edit(Request(text="yes please", earlier=Turn(text="shall I explain src/a.py?")))


def test_files_given_beside_the_text_count() -> None:
    """The target may be named outside the text."""
    assert wants_edit(Request(text="fix the spelling", files=("intro.tex",)))
    assert not wants_edit(Request(text="what is this?", files=("intro.tex",)))


def test_a_signal_helps_where_the_text_says_nothing() -> None:
    """Routing may know an edit that no word here shows; it does not overrule a question."""
    seen = Decision(
        action=Action.ROUTE, tier="haiku", reasons=(Signal(name="routing.mechanical", reason="x"),)
    )
    other = Decision(
        action=Action.ROUTE, tier="haiku", reasons=(Signal(name="routing.read-only", reason="x"),)
    )
    assert wants_edit(Request(text="spelling mistakes, src/a.py"), seen)
    assert not wants_edit(Request(text="spelling mistakes, src/a.py"), other)
    assert not wants_edit(Request(text="what is in src/a.py?"), seen)


@pytest.mark.parametrize("text", [text for text in EDITS if text.isascii()])
def test_politeness_case_and_space_do_not_matter(text: str) -> None:
    """The same order, said otherwise."""
    assert wants_edit(Request(text=f"  Hi, {text}, thanks!  "))
    assert wants_edit(Request(text=text.upper()))


@given(
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=300).map(lambda text: text + ".")
)
def test_every_text_gets_an_answer(text: str) -> None:
    """No text is too strange."""
    assert wants_edit(Request(text=text)) in {True, False}


@pytest.mark.parametrize(
    "piece", ["a", "a-", "a/", "a.", "please ", "fix, ", '"', "`a", "./", "ok ", "run x "]
)
def test_long_texts_take_linear_time(piece: str) -> None:
    """Ten thousand letters of one pattern are judged at once."""
    request = Request(text=piece * (10_000 // len(piece)))
    began = time.process_time()
    wants_edit(request)
    assert time.process_time() - began < 0.1
