"""Word sets for what a request is about: content of a file, data that can be lost, trivial edits, deep subjects."""

from __future__ import annotations

__all__ = [
    "BUILDABLE",
    "CODE_SYMBOLS",
    "CONTENT",
    "DATA",
    "DATA_FILES",
    "DEEP",
    "DESIGN",
    "FINDINGS",
    "HEAVY",
    "SOFT_DATA",
    "TRIVIAL",
]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Parts of a file's text: removing one is an edit, not a loss.
CONTENT = _words(
    "line lines whitespace space spaces tab tabs comment comments import imports call calls statement statements print "
    "prints semicolon semicolons comma commas period periods dot bracket brackets brace braces parenthesis parentheses quote "
    "quotes word words sentence sentences paragraph paragraphs heading headings header headers title titles subtitle "
    "footer typo typos newline newlines indentation todo todos fixme fixmes docstring docstrings annotation annotations "
    "decorator decorators argument arguments arg args parameter parameters param params function functions method methods "
    "class classes variable variables constant constants enum attribute attributes property properties prop props type "
    "types hint hints flag flags option options clause clauses condition conditions branch-coverage else elif if-statement loop "
    "block blocks code snippet snippets expression expressions assertion assertions assert asserts debugger breakpoint "
    "breakpoints console.log logging log-line directive directives pragma include includes link links badge badges image-tag "
    "emoji emojis footnote footnotes citation citations reference references label labels caption captions item items "
    "bullet bullets entry entries key keys section sections chapter chapters column-width margin padding style styles rule "
    "rules selector selectors tag tags element elements div span button buttons icon icons dependency dependencies "
    "suffix prefix character characters char chars letter letters bom duplicate duplicates hyphen hyphens dash dashes "
    "underscore underscores ampersand alias aliases default defaults fallback guard check checks test tests case cases "
    "step steps stub placeholder placeholders field fields setting value values digit digits "
    "exclamation mark marks accent cast casts nesting duplication complexity boilerplate logic getter setter getters "
    "setters constructor wrapper wrappers workaround hack hacks sidebar navbar banner menu menu-item tooltip modal "
    "watermark example examples usage usages mention mentions abbreviation note-box package-lock equation equations "
    "figure figures packages-list markup html css formatting bold italics italic newpage pagebreak pagebreaks macro "
    "macros environment-block itemize backslash backslashes frontmatter front-matter metadata-block "
    "parens semi-colon semi-colons colon colons lint warning warnings noqa type-ignore ignore ignores suppression "
    "export exports return statements-block ternary switch-case recursion handler handlers listener listeners hook-call "
    "animation transition shadow border color colour gap line-break line-breaks linebreak linebreaks br "
    "signature shebang copyright license-header disclaimer abstract acknowledgements acknowledgments appendix preamble "
    "wikilink wikilinks backlink backlinks callout todo-item checkbox checkboxes date dates stopword stopwords "
    "instance instances occurrence occurrences string strings literal literals feature-flag "
    "endpoint route routes toggle "
    "middleware validation retry pagination throttle throttling timeout sleep sleeps delay polyfill shim artefact-word "
)
# Things whose loss is a loss of data, history, access or service.
DATA = _words(
    "file files folder folders directory directories dir dirs subfolder subfolders subdirectory database databases db dbs "
    "schema schemas tablespace data dataset datasets backup backups snapshot snapshots dump dumps archive archives history "
    "repo repos repository repositories branch branches commit commits stash stashes remote worktree worktrees "
    "environment environments env envs server servers service services cluster clusters node nodes pod pods deployment "
    "deployments namespace namespaces container containers image images volume volumes vm vms machine machines instance-group "
    "bucket buckets blob blobs queue queues topic topics stream job jobs worker workers process processes daemon daemons "
    "account accounts tenant tenants customer customers member members subscriber subscribers subscription "
    "subscriptions order orders invoice invoices project projects workspace workspaces stack stacks resource resources infra "
    "infrastructure disk disks drive drives partition partitions filesystem mount lun usb sd card log logs cache caches "
    "artifact artifacts artefact artefacts output outputs build builds release releases upload uploads download downloads "
    "photo photos picture pictures video videos document documents email emails mail mails inbox mailbox message messages "
    "contact contacts permission permissions access privilege privileges credential credentials secret secrets token tokens "
    "password passwords certificate certificates cert certs session sessions everything anything all contents originals "
    "original copies copy module modules package packages venv virtualenv node_modules site domain record records app apps "
    "application applications website system lambda zone zones dns vault keyring wallet index indices indexes "
    "collection collections table tables row rows view views user users sequence trigger triggers migration migrations "
    "work changes edits progress state tmp temp junk garbage stuff clutter mess leftovers leftover cruft notes note "
    "attachments attachment entry-point library libraries plugin plugins extension extensions crontab cronjob cronjobs port "
    "webhook webhooks pr prs issue issues ticket tickets wiki fork forks bindings policy policies role roles group groups "
    "registry keyspace shard shards replica replicas production prod staging sandbox preview tests-folder dist target "
    "screenshots screenshot paper papers thesis draft drafts pdfs pdf memory memories profile profiles bookmarks playlist "
    "recordings recording transactions transaction payments payment balances balance events event metrics telemetry "
    "partition-table bin trash desktop documents-folder home half rest lot originals leader primary master"
)
# Data nouns that may also be content of one text file ("remove the row from the table in README.md").
SOFT_DATA = _words(
    "column columns row rows table tables entry entries record records user users field fields key keys data cache log logs "
    "item items image images package packages module modules note notes section document index view group role token tokens "
    "service services job jobs queue permission permissions event events instance value process library libraries plugin "
    "plugins extension message messages session view member members dependency dependencies policy rest issue issues "
    "stage step environment access email emails copy order orders state work output outputs build release target port trigger "
    "everything changes group groups role roles worker workers container containers volume volumes "
)
# Heads that make an edit mechanical, whatever its verb.
TRIVIAL = _words(
    "address table occurrences occurrence instances mentions typo typos spelling misspelling misspellings misspelled indentation indent whitespace whitespaces formatting newline "
    "newlines capitalisation capitalization casing punctuation semicolon semicolons comma commas quote quotes bracket "
    "brackets parenthesis parentheses brace braces comment comments import imports link links heading headings title version "
    "year date copyright shebang line lines word words label labels badge caption space spaces tab tabs blank bom "
    "url urls email name names typo-fix apostrophe apostrophes hyphen hyphens dash dashes colon encoding port number numbers "
    "timeout todo todos flag header footer license licence "
    "period entry entries item items bullet bullets bullet-point print prints console.log alphabetically order "
    "ordering order-of eol eof crlf lf endings ending key value values constant column-width margin width height size color "
    "colour font padding alias placeholder text string strings tag tags keyword keywords author path paths prefix suffix "
    "letter letters accent accents grammar reference references ref refs cite citation citations wikilink "
    "wikilinks option field frontmatter front-matter checkbox checkboxes bold italic italics emphasis uppercase lowercase "
    "camelcase snake_case kebab-case title-case statement statements assertion noqa pragma variable variables argument "
    "arguments default limit threshold interval digit decimal decimals rounding-mode blank-line trailing-newline "
    "call calls line-ending table-of-contents toc package packages dependency dependencies requirement mistake mistakes "
    "sentence sentences misspelt quotation quotations backtick backticks backslash double-space linebreak linebreaks "
    "anchor shortcut emoji emojis nbsp parameter parameters row rows list usepackage documentclass class-option "
    "description semver tagline slug homepage repository maintainer maintainers changelog-entry subtitle "
    "bibtex key doi isbn pages abbreviation acronym unit units footnote footnotes id ids identifier export exports "
    "function method attribute property class type-hint-comment debugger declaration spacing alignment "
    "decorator include code script"
)
TRIVIAL |= frozenset(
    f"{noun}s"
    for noun in (
        "date title subtitle caption header footer author colour color width height size margin padding font flag limit "
        "threshold timeout port prefix suffix default constant decorator dash colon digit placeholder version year field "
        "option email identifier anchor badge slug"
    ).split()
)
# Heads that make an edit or an addition a piece of reasoning.
HEAVY = _words(
    "bug bugs crash leak leaks race deadlock error errors exception exceptions failure failures performance pagination "
    "validation handling logic support feature features endpoint endpoints test tests dialog authentication auth "
    "authorization caching retry retries algorithm query queries flow argument-parsing parser handler handlers "
    "middleware docstrings docstring documentation annotations hints type-hints types abstraction component module "
    "nesting duplication complexity section paragraph abstract introduction conclusion regression regressions "
    "vulnerability vulnerabilities issue issues behaviour behavior off-by-one overflow backoff throttling debounce "
    "accessibility a11y i18n localisation localization animation proof lemma theorem derivation explanation example "
    "examples overview summary command subcommand method function class hook page view form screen modal button "
    "limiter limiting rate-limiting pool pooling concurrency async coroutine coroutines generator iterator recursion loop "
    "loops closure dataclass interface interfaces schema migration index indexes mock mocks fixture fixtures coverage "
    "timeout-handling edge-case edge-cases edge case cases null none undefined check checks guard sanitisation sanitization "
    "encryption hashing serialisation serialization streaming websocket chart graph diagram figure table-layout option-parsing "
    "progress bar spinner search filter filtering sorting mode dark-mode responsive layout readability wording clarity tone "
    "structure redundancy promise promises callback callbacks await comprehension match-statement enum union protocol "
    "transaction transactions rollback fallback cli api wrapper context-manager manager factory singleton pattern builder "
    "constructor deserialisation parsing logger logging metrics tracing telemetry instrumentation upload download stream "
    "related-work motivation discussion results methodology narrative argument transition backlinks note "
    "vulnerabilities injection xss csrf sanitising escaping problem problems warning-handling cleanup "
    "switch-statement polymorphism state-machine queue scheduler worker lock locking mutex semaphore"
)
# Small symbols of code: an object that is one of these, named, is a clear single target.
CODE_SYMBOLS = _words(
    "function method class variable constant argument parameter field property attribute import label heading key section "
    "line word string link macro command tag selector id column enum type interface module file option flag env endpoint"
)
# What a request may ask to be written, so that a destructive verb inside describes it rather than commands it.
BUILDABLE = _words(
    "function method endpoint route button dialog script test tests handler feature command subcommand option flag class "
    "hook helper job task modal prompt warning check guard migration trigger policy confirmation message query workflow "
    "page screen form menu toast component api call code logic tool utility macro alias target rule event listener "
    "callback docstring comment docs documentation section paragraph note example mutation resolver procedure action "
    "capability support ability way method step validation permission-check unit-test case cases"
)
FINDINGS = _words(
    "bug bugs vulnerability vulnerabilities issue issues problem problems race races leak leaks regression regressions "
    "flaw flaws weakness weaknesses smell smells injection correctness error-handling performance security logic "
    "accessibility inconsistency inconsistencies mistakes gaps gap holes hole edge bottleneck bottlenecks overflow "
    "discrepancy discrepancies mismatch cause reason root contradiction contradictions memory"
)
DEEP = _words(
    "prove disprove proof proofs theorem theorems lemma lemmas corollary conjecture race races deadlock deadlocks livelock livelocks "
    "interleaving interleavings linearizable linearizability linearisable linearisability converge converges convergence converging "
    "crdt crdts consensus paxos raft byzantine lock-free wait-free lockless quiescence soundness unsound termination "
    "terminates asymptotic np-hard np-complete memory-ordering memory-model happens-before serializable serializability "
    "serialisable serialisability atomicity invariant invariants formally deadlock-free starvation starve undecidable "
    "side-channel timing-attack constant-time cryptographic cryptographically compactness hausdorff induction bijection "
    "isomorphism eigenvalue homotopy measure-theoretic martingale data-race toctou aba counterexample "
    "linearization exactly-once split-brain concurrency concurrent reentrancy re-entrancy "
    "tight-bound upper-bound lower-bound numerically ill-conditioned causal causality total-order quorum quorums formalise formalize "
    "derivation derive interleave refinement bisimulation liveness well-founded monotonicity consistency-model vector-clock "
    "derivations identifiability non-convex optimality"
)
DESIGN = _words(
    "design architect architecture architectural threat-model threat-modelling trade-off trade-offs tradeoff tradeoffs monolith "
    "microservices microservice roadmap strategy strategies blueprint rfc adr redesign scalability multi-tenant "
    "multi-region sharding high-availability event-driven event-sourcing capacity"
)
# What such a file holds is data, not text that somebody wrote.
DATA_FILES = (".csv", ".tsv", ".parquet", ".db", ".sqlite", ".sqlite3", ".sql", ".xlsx", ".dump", ".jsonl")
