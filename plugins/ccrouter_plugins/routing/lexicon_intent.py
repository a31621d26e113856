"""Word sets that tell a mechanical edit from reasoning, and a cheap question from a hard one."""

from __future__ import annotations

from .patterns import regex


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Verbs whose result is fully told once the file is named.
ALWAYS_MECHANICAL = _words(
    "pretty-print auto-format autoformat re-format minify format reformat prettify beautify indent reindent re-indent dedent unindent sort re-sort alphabetise alphabetize uncomment "
    "capitalise capitalize lowercase uppercase swap trim bump renumber rewrap re-wrap unwrap align toggle dedupe "
    "deduplicate pin strip increment decrement touch italicise italicize bold underline quote unquote escape title-case titlecase "
    "sentence-case lint copy duplicate rename renumber untag tag retag mark tick check number enable disable lower raise increase "
    "decrease downgrade mkdir chmod symlink flip reverse reflow record collapse join hyphenate paste cut replace-all "
    "bulletise order shift reorder re-order patch"
)
# Verbs that put one value in the place of another.
VALUE_SETTERS = _words(
    "change replace set update convert switch substitute put adjust correct upgrade reword relabel normalise normalize hardcode initialise initialize"
)
ADDERS = _words("add insert append prepend attach mention include link")
# Any of these in the object makes an edit mechanical.
SURE_TRIVIAL = _words(
    "typo typos spelling misspelling misspelled misspelt indentation whitespace formatting newline newlines capitalisation "
    "capitalization punctuation semicolon semicolons comma commas bracket brackets parenthesis lint linting syntax trailing "
    "copyright shebang blank tabs tab eol crlf ending endings year badge apostrophe casing alphabetically spell spelled spelt"
)
# What is heavy to take out even though the file is named.
HEAVY_CUTS = _words(
    "logic support feature features duplication nesting handling validation recursion coupling redundancy boilerplate dependency "
    "dependencies complexity globals state side-effects repetition caching pagination auth retry retries workaround hack hacks"
)
LITERALS = _words(
    "line lines word words text string import imports comment comments entry key value field literal"
)
DESIGN_VERBS = _words(
    "design architect threat-model plan strategise strategize brainstorm redesign rethink rearchitect re-architect reimagine"
)
# Work without an end that a file name makes clear.
OPEN_WORK = _words(
    "deploy release publish ship decide choose recommend train tune try experiment go roll scale provision restore send post email sync upload download plan"
)
DEEP_VERBS = _words(
    "work figure determine find fix debug diagnose analyse analyze verify check show reason establish reconcile investigate review "
    "audit demonstrate decide evaluate assess trace track isolate identify locate resolve eliminate make implement rewrite "
    "pinpoint argue solve double-check out prevent restructure confirm validate remove model complete finish fill quantify tell explore see see-if ensure look dig simplify strengthen bound construct extend generalise generalize"
)
# Subjects that take more than one word to name.
DEEP_PHRASES = regex(
    r"\b(?:memory (?:order\w*|models?|barriers?|fences?)|two.phase commit|(?:under|for|across) all (?:interleavings|schedules|inputs|orderings)|never (?:loses|lose|deadlocks?|drops?|blocks?|diverges?)|"
    r"(?:at most|at least|exactly) once|lock.?free|wait.?free|thread.?safe\w*|happens.before|split.brain|loop invariants?|(?:time|worst.case|amorti[sz]ed) complexity|undefined behaviou?r|"
    r"data races?|lost updates?|race conditions?|isolation levels?|clock skew|leader election|double.free|use.after.free|side.channels?|timing attacks?|numerical(?:ly)? (?:stab\w+|unstable)|"
    r"(?:necessary and sufficient|without loss of generality|upper bound|lower bound|tight bound)|(?:holds|true) for (?:all|every)|state machine is)\b"
)
# What a statement says is to be done, mechanically.
MENDED = _words(
    "formatting formatted reformatting reformatted linting linted indenting indented sorting sorted capitalised capitalized renamed renaming reindenting alphabetised uncommented commented trimmed bumped lowercase lowercased uppercase uppercased quoted typo typos misspelt misspelled"
)
# Words of a statement that says what a file lacks or has too much of.
LACKS = _words(
    "needs need has have had there's theres there should is are lacks misses must says say contains isn't doesn't looks reads"
)
# What "make X ..." may turn it into by a keyword alone.
LOOKS = _words(
    "bold italic italics uppercase lowercase executable private public static const readonly final quotes optional required read-only underlined "
    "centered centred red blue green larger smaller numbered bulleted bullet checklist spaces tabs semicolons title-case capitalised capitalized "
    "commas hyphens indentation case"
)
ASK_JUDGE = _words(
    "best better worse worst ideal recommend recommended prefer preferable worth worthwhile approach approaches should suggest advisable "
    "opinion think trade-offs tradeoffs pros strategy optimal suit suits"
)
ASK_DEBUG = _words(
    "fail fails failing failed crash crashes crashing slow slower hang hangs hanging leak leaks leaking grow grows broken break breaks "
    "error errors wrong flaky stuck timeout times throw throws throwing raise raises raising lose loses losing incorrect "
    "deadlock missing twice out sometimes randomly intermittently occasionally production staging users null undefined nan panic panics panicking 500 404 growing spikes spike high"
)
ASK_QUALITY = _words(
    "secure insecure safe unsafe correct efficient thread-safe idiomatic good ok okay sound robust vulnerable right bug bugs issue issues problem problems wrong complete performant readable"
)
RUNNABLE = _words(
    "test tests suite linter lint linters typecheck type-checker checker build formatter benchmark benchmarks server app script coverage docs "
    "documentation project program main demo example examples site package image bundle watcher checks spec specs compiler "
    "paper thesis slides notebook dev storybook simulation pipeline-locally website doctests code container dependencies wheel"
)
TOOLS = _words(
    "pytest ruff mypy black flake8 pylint isort eslint prettier tsc jest vitest mocha cargo go npm pnpm yarn make gradle mvn "
    "latexmk pdflatex xelatex lualatex biber bibtex clippy gofmt rustfmt tox nox bandit shellcheck hadolint rubocop rspec phpunit "
    "dotnet cmake ctest bazel mkdocs sphinx webpack vite rollup esbuild swiftlint ktlint chktex vale markdownlint pre-commit coverage node python python3 uv poetry bundle mix rake"
)
RISKY_SCRIPTS = _words(
    "deploy deployment release publish cleanup clean clean-up wipe reset purge migrate migration migrations seed drop delete "
    "remove prune teardown destroy uninstall rollback restore backup nuke truncate flush production prod "
    "install.sh bootstrap provision rotate seeder fixtures-load"
)
# How a clause of background begins.
STATES = _words(
    "there's theres it it's its this that that's there the i we we've i i've i'm they these those my our because since currently only no not with e.g i.e "
    "which as in on at for you your so here here's each every all both one two three nothing none where same a an when if unless once "
    "everything should must instead using via like such see otherwise rather"
)
# Said of a thing itself these may ask for its end.
UNNEEDED = _words(
    "unused obsolete unneeded useless superfluous redundant junk garbage rubbish anymore longer"
)
