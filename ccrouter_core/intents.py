"""What a request asks for, as far as core itself must know: does it want files changed?

The answer decides whether an attempt gets a folder it may write in, and whether an empty diff is a failure. It is
careful in both: only a plain order to change something that can be a file counts; a question, an explanation, a
review and a run of a command do not.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ccrouter_core.models import Decision, Request

_READ_CHARS = 4_000  # an order stands near the start; what follows a long paste is context
_EVIDENCE = frozenset({"routing.mechanical", "routing.edit"})  # signals that name an edit


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Orders that mean a change wherever they stand, given anything to change.
_STRONG = _words(
    """fix correct repair rename add insert append prepend remove delete drop replace change update edit modify adjust
    rewrite rework refactor restructure reorganise reorganize implement migrate port upgrade downgrade bump revert undo
    extract inline split merge move swap wrap unwrap indent dedent reindent reformat uncomment capitalise
    capitalize lowercase uppercase simplify optimise optimize improve clean tidy polish document annotate deprecate
    enable disable introduce integrate extend rephrase reword shorten deduplicate patch switch strip trim harden
    parametrise parametrize parameterise parameterize debug normalise normalize unify internationalise
    internationalize
    korrigiere behebe ändere aendere ersetze entferne lösche loesche ergänze ergaenze aktualisiere implementiere
    refaktoriere verschiebe vereinfache benenne füge fuege verbessere
    corrige corriger corrigez remplace remplacer remplacez ajoute ajouter ajoutez supprime supprimer supprimez renomme
    renommer renommez modifie modifier modifiez déplace déplacer refactorise simplifie
    arregla cambia reemplaza añade agrega elimina borra renombra modifica actualiza refactoriza mueve"""
)
# Strong ones that are about code whatever their object is.
_ALWAYS = _words(
    """implement refactor migrate port upgrade downgrade bump reformat uncomment deprecate implementiere refaktoriere
    refactorise refactoriza implementa"""
)
# Orders that also mean words in an answer: they need a file, or a part of one, in the same clause.
_WEAK = _words(
    """write create generate make draft compose put set use turn convert transform format sort order group apply
    translate complete finish expand fill handle support link tag number mark save store export record scaffold
    configure define declare register expose install organise organize alphabetise alphabetize align ensure start keep
    schreibe schreib erstelle formatiere sortiere écris ecris crée cree formate trie escribe crea formatea ordena"""
)
# Programs that rewrite the files they are given.
_REWRITERS = (
    r"(?:formatter|black|prettier|gofmt|rustfmt|isort|autopep8|yapf|clang-format|codemod|autoflake|pyupgrade"
    r"|ruff format|eslint --fix|ruff check --fix)"
)
_REWRITE = re.compile(
    rf"(?:(?:run|execute|apply|use|rerun)\s.*?\b)?{_REWRITERS}(?:\s|$)(?!.*(?:--check|--diff)\b)"
)
_COMMAND = re.compile(
    r"(?:git\s+(?:mv|apply)|mv|cp|touch|comment\s+out|sed\s+-i\S*|perl\s+-\S*i\S*|patch)\s+\S"
)
# Orders that only read; they keep a clause from being taken for anything else.
_LOOK = _words(
    """explain describe show list print tell find search grep look check review analyse analyze compare count summarise
    summarize read report verify inspect identify locate audit evaluate assess estimate discuss suggest propose
    recommend outline plan prove derive think walk know understand learn see run test build compile execute cat open view diff
    erkläre erklaere zeige finde prüfe pruefe vergleiche beweise explique montre trouve vérifie compare explica muestra
    busca revisa"""
)
_QUESTION = _words(
    """what what's whats why why's how how's which who who's whose where where's when is are am was were does do did
    should shall would could can may might has have had isn't aren't doesn't didn't
    was warum wie welche welcher welches wer wo wann ist sind soll sollte kann
    que quoi pourquoi comment quel quelle quels où est-ce dois-je qué cómo cuál dónde quién es debo"""
)
# What an order can be about when no file is named. Parts of projects, never parts of an answer.
_THINGS = _words(
    """file files folder folders directory directories codebase repo repository project vault inbox module modules package packages
    function functions method methods class classes variable variables constant constants parameter parameters argument
    arguments import imports test tests testcase testcases docstring docstrings comment comments annotation annotations
    hint hints endpoint endpoints route routes handler handlers component components page button dialog form menu
    hook hooks config configuration setting settings flag flags code script scripts readme changelog docs
    documentation dependency dependencies version header headers bug bugs issue issues handling warning warnings lint
    error errors failure failures build migration migrations schema template templates stylesheet css cli login
    logging pagination validation cache caching section chapter abstract paragraph bibliography citation citations
    reference references figure figures caption label labels heading headings note notes wikilink wikilinks frontmatter
    paper thesis manuscript document proof chapters sections includes table tables equation equations app frontend
    backend website ui service library
    typo typos todo todos whitespace server client api database query queries type types interface enum struct loop
    exception exceptions timeout retry retries callback callbacks workflow pipeline makefile dockerfile feature
    datei dateien funktion klasse kommentar kommentare tests fehler fichier fichiers fonction classe commentaire archivo
    archivos función clase comentario"""
)
# The parts of which a weak order makes files rather than prose.
_FILES = _words(
    """file files folder folders directory directories test tests testcase testcases docstring docstrings comment
    comments imports readme changelog docs documentation config configuration setting settings module package endpoint
    hint hints migration makefile dockerfile heading headings bibliography caption codebase project repo repository
    note notes vault inbox
    datei dateien kommentar fichier fichiers archivo archivos"""
)
_PRONOUNS = _words(
    "it this that them those these everything all both what whatever others rest es das lo la le les"
)
_GERMAN_LAST = _words(
    """korrigieren beheben ändern aendern ersetzen hinzufügen entfernen löschen umbenennen aktualisieren einfügen
    anpassen ergänzen verschieben formatieren implementieren"""
)

PATH = re.compile(
    r"(?<![\w@/~$.+-])(?:[\w.@+-]+/)+[\w.@+-]*\w|(?<![\w@/~$.+-])\.[a-z][\w.-]*\w|(?<![\w@/~$.+-])[\w-]+(?:\.[\w-]+)*\."
    r"(?:py|pyi|ipynb|js|jsx|ts|tsx|mjs|cjs|json|jsonl|toml|ya?ml|md|mdx|rst|txt|tex|bib|sty|cls|sh|bash|zsh|fish|rb|go|rs"
    r"|c|h|cc|cpp|cxx|hpp|hh|java|kt|kts|scala|swift|php|pl|lua|r|jl|hs|ml|ex|exs|erl|clj|dart|vue|svelte|css|scss|sass|less"
    r"|html?|xml|svg|sql|csv|tsv|ini|cfg|conf|env|lock|proto|graphql|tf|gradle|cmake|mk|ps1|bat|log|dev|example)(?![\w/])"
    r"|\b(?:makefile|dockerfile|readme|changelog|license|gitignore|\.gitignore|\.env)\b",
)
_LABEL = re.compile(rf"({PATH.pattern}):\s")  # "a.py: rename x" is one clause
_FENCE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_QUOTED = re.compile(r"[\"`“]([^\"`”\n]{1,300})[\"`”]|(?<!\w)'([^'\n]{1,300})'(?!\w)")
_CLAUSE = re.compile(
    r"(?:[.!?;](?=\s|$)|[\n\r]|,\s|:\s|\s[-\u2013\u2014]\s|\b(?:and then|and also|and|then|but|also|afterwards|und|dann|et|puis|y|luego)\s)"
)
_COURTESY = re.compile(
    r"(?:(?:please|pls|plz|kindly|just|now|next|first|finally|ok|okay|yes|yeah|sure|great|thanks|hi|hey|hello|so|well"
    r"|go ahead|quickly|simply|directly|actually|really|maybe|bitte|mal|jetzt|svp|por favor|claude"
    r"|(?:can|could|would|will) (?:you|u|we)(?: please| pls| just| also)?|(?:would|do) you mind|you (?:can|could|should|must)"
    r"|i(?:'d| would) like (?:you )?to|i (?:want|need|would like) (?:you )?to|we (?:need|want|should|must|have)(?: to)?"
    r"|let's|lets|let us|help me(?: to)?|try to|make sure (?:that |to )?|be sure to|feel free to|your task is to|remember to"
    r"|kannst du|könntest du|könnten sie|peux-tu|pouvez-vous|puedes|podrías|todo)\b[\s,:]*)+"
)
_PLACE = re.compile(r"(?:in|inside|within|at|from|for|under|on|dans|en)\s+(?:the\s+)?(?:file\s+|module\s+)?")
_VETO = re.compile(
    r"\b(?:do not|don't|dont|never|please no|must not|mustn't|without)\s+(?:actually\s+)?"
    r"(?:chang|edit|modify|touch|writ|apply|delet|remov|fix|implement|alter|sav|creat|execut)\w*"
    r"(?:\s+(?:to\s+)?(?:anything|any (?:files?|code)|it|them|the files?|the code|files|code|a thing|something))?"
    r"(?:\s+yet)?\s*(?:[.,;:!?\n]|$|\s(?:and|just|but|tell|show|explain|list|say)\b)"
    r"|\bno (?:changes|edits|modifications|code changes)(?:\s+yet)?\s*(?:[.,;!?\n]|$)"
    r"|\bohne (?:etwas )?zu (?:ändern|verändern)|\bändere nichts|\bnichts ändern|\bsans rien (?:changer|modifier)"
    r"|\bne (?:change|modifie) rien|\bsin (?:cambiar|modificar) nada|\bno (?:cambies|modifiques) nada"
)
_WISH = re.compile(
    r"\b(?:should|must|needs? to|has to|ought to|soll|doit|debe)\s+(?:not\s+)?"
    r"(?:be|say|read|use|return|have|become|contain|accept|handle|raise|start|end|point|go|inherit|sein|être|ser)\b"
    r"|\b(?:needs?|is missing|lacks|has no|have no|misses)\s+\S|\S\s*(?:->|=>|→)\s*\S"
    r"|変更|修正|追加|削除|修改|改成|改为|添加|删除|重命名"
)
_ASSENT = re.compile(
    r"(?:(?:yes|yep|yeah|ok|okay|sure|right|good|great|perfect|fine|please|pls|do|go|it|that|this|so|ahead|continue|proceed"
    r"|again|try|retry|exactly|correct|works|for|me|now|the|first|second|one|option|ja|oui|sí|si|vale|mach|das|\d)\b[\s,.!]*)+"
)


def wants_edit(request: Request, decision: Decision | None = None) -> bool:
    """Return whether a request asks to change files.

    Args:
        request: its text is read first; a short reply ("yes, do that") is taken for the turn it continues.
        decision: where the text says nothing, a signal that names an edit is believed.
    """
    verdict = _orders_edit(*_asked(request))
    if verdict is not None:
        return verdict
    return decision is not None and any(signal.name in _EVIDENCE for signal in decision.reasons)


def edit_clauses(request: Request) -> tuple[str, ...]:
    """Return the clauses that ask for a change, in lower case, without courtesy; of a wish every clause."""
    clauses = kinds_of_clauses(request)
    wanted = any(kind for _, kind in clauses)
    return tuple(clause for clause, kind in clauses if kind or (kind is None and not wanted))


def kinds_of_clauses(request: Request) -> tuple[tuple[str, bool | None], ...]:
    """Return all clauses, in lower case, without courtesy, each with what it is.

    True is an order to change something, False a question or an order to look, None neither: a wish, a remark, or the
    end of a list that the order before it begins.
    """
    text, has_files, has_earlier = _asked(request)
    plain = _plain(text)
    named = has_files or PATH.search(plain) is not None
    clauses = [clause for part in _CLAUSE.split(plain) if (clause := _behind_courtesy(part.strip()))]
    return tuple((clause, _kind(clause, named, has_earlier)) for clause in clauses)


def edits_files(command: str) -> bool:
    """Return whether a command line does nothing but change files: it moves, copies, patches or rewrites them."""
    plain = _plain(command).strip()
    return _COMMAND.match(plain) is not None or _REWRITE.match(plain) is not None


def _asked(request: Request) -> tuple[str, bool, bool]:
    """Return the text that says what is asked, whether files come with it, and whether it continues a turn."""
    earlier = request.earlier.text if request.earlier is not None else None
    if earlier is not None and _ASSENT.fullmatch(_plain(request.text).strip() + " "):
        return earlier, bool(request.files), False
    return request.text, bool(request.files), earlier is not None


@lru_cache(maxsize=256)  # the pipeline asks several times about each request
def _orders_edit(text: str, has_files: bool, has_earlier: bool) -> bool | None:  # noqa: FBT001 - a cache key
    """Return True for an order to edit, False where the text rules one out, None where it says neither."""
    plain = _plain(text)
    if _VETO.search(plain):
        return False
    named = has_files or PATH.search(plain) is not None
    kinds = [_kind(clause, named, has_earlier) for clause in _CLAUSE.split(plain)]
    if True in kinds:
        return True
    if False in kinds:
        return False
    return True if named and _WISH.search(plain) else None


def _plain(text: str) -> str:
    """Return the text in one form and lower case; a quotation becomes a word of its own, unless it is a path."""
    text = unicodedata.normalize("NFKC", text[:_READ_CHARS]).lower().replace("\u2019", "'")
    text = _QUOTED.sub(_unquoted, _FENCE.sub(" quotation ", text))
    return _LABEL.sub(r"\1 ", text)


def _unquoted(match: re.Match[str]) -> str:
    inner = match[1] or match[2]
    return inner if PATH.fullmatch(inner) else " quotation "


def _kind(clause: str, named: bool, has_earlier: bool) -> bool | None:  # noqa: FBT001 - two facts of the text
    """Return True for an order to edit, False for a question or an order to look, None for neither."""
    order = _behind_place(_behind_courtesy(clause.strip()))
    words = re.findall(r"[\w'/.+-]+", order)
    if not words:
        return None
    verb, rest = words[0], frozenset(words[1:])
    refers = len(words) > 1 and words[1] in _PRONOUNS  # "fix it", "fix what you find"
    here = PATH.search(clause) is not None
    if _COMMAND.match(order) or _REWRITE.match(order):
        return True
    if order.startswith(("do that", "do it", "do this")):
        return None  # it stands for what was said
    if verb in _QUESTION:
        return False
    if verb in _STRONG or words[-1] in _GERMAN_LAST:
        known = named or (has_earlier and refers) or (verb in _ALWAYS and len(words) > 1)
        return known or bool(rest & _THINGS) or None
    if verb in _WEAK:
        return here or bool(rest & _FILES) or (named and refers) or None
    return False if verb in _LOOK else None


def _behind_courtesy(clause: str) -> str:
    return _COURTESY.sub("", clause, count=1) if _COURTESY.match(clause) else clause


def _behind_place(order: str) -> str:
    """Return the order without a place in front of it: "in a.py rename x", "a.py: rename x"."""
    match = _PLACE.match(order)
    start = match.end() if match else 0
    path = PATH.match(order, start)
    if path is None or not order[path.end() :].strip():
        return order
    return _behind_courtesy(order[path.end() :].lstrip(" ,:"))
