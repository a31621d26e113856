"""Checks of what a model answered."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from ccrouter_core._compat import tomllib
from ccrouter_core.models import Finding, Verdict
from ccrouter_core.scopes import meant_by
from ccrouter_plugins.validation.subject import Subject, cannot_run, failed, not_applicable, passed
from ccrouter_plugins.validation.syntax import yaml_fault
from ccrouter_plugins.validation.talk import emptiness

if TYPE_CHECKING:
    from collections.abc import Callable

_ESCALATE = re.compile(r"^[ \t>*_`#-]*ESCALATE[*_`]*:[*_`]*[ \t]*(\S.*)$", re.MULTILINE)
_FENCE = re.compile(r"```[^\n`]*\n(.*?)```", re.DOTALL)
_FENCE_LINE = re.compile(r"^```([\w+-]*)[^\n]*\n(.*?)^```", re.DOTALL | re.MULTILINE)
_FORMAT = re.compile(
    r"\b(?:as|in|into|valid|return|output|print|give me|produce|only|emit|respond with|reply with|answer with)\s+"
    r"(?:a |an |valid |plain |raw |pure |strict |the |one |single )*(json lines|jsonl|json|ya?ml|toml|csv)\b"
    r"(?!\s+(?:file|files|schema|parser|library|module|format of)|\.)",
    re.IGNORECASE,
)
_NOTHING = re.compile(
    r"\b(?:no (?:results?|matches|matching \w+|occurrences?|usages?|references?|hits|entries|such \w+)|nothing (?:was )?found"
    r"|(?:could not|couldn't|cannot|can't|did not|didn't|unable to) (?:find|locate)|found (?:nothing|none|no)"
    r"|(?:nichts|keine \w+) gefunden|rien trouvé|aucun\w* résultat|no se encontr|ningún resultado)",
    re.IGNORECASE,
)
_SEARCH = re.compile(
    r"\b(?:find|search|grep|locate|look for|look up|list|which|where|any|who|such|finde|suche|cherche|trouve|busca|encuentra)\b",
    re.IGNORECASE,
)
_ENDED = re.compile(r"\.\w{1,8}$|^(?:readme|changelog|license|makefile|dockerfile)$", re.IGNORECASE)
_EVIDENCE = re.compile(
    r"https?://\S+|\b[\w.-]+/[\w./-]+|\b[\w-]+\.[a-z]{1,5}\b|\bdoi\b|`[^`\n]+`|\[\[[^\]\n]+\]\]|^[ \t]*(?:[-*+]|\d+[.)])[ \t]+\S|:\d+\b",
    re.IGNORECASE | re.MULTILINE,
)


def not_degenerate(subject: Subject) -> Verdict:
    """FAIL for an answer that says nothing: empty, "Done.", a refusal, an apology, a promise.

    Of work that changed files it can only fail: what is said of it proves nothing of the files.
    """
    why = emptiness(subject.text, subject.request)
    if why is not None:
        return failed("not_degenerate", why)
    if subject.changed:
        return not_applicable("not_degenerate", "what was changed is judged by the files")
    return passed("not_degenerate", "the answer says something")


def edit_made(subject: Subject) -> Verdict:
    """FAIL when none of the files was changed that the request names as those to change.

    PASS says that the files which the request names were changed, not that they were changed well.
    """
    if not subject.changed:
        return not_applicable("edit_made", "no file was changed, which core judges")
    scope = subject.scope
    met = {name: meant_by(name, subject.changed) for name in scope.files if _is_a_file(name, subject)}
    kept = [name for name in scope.gone if not any(map(subject.is_gone, meant_by(name, subject.changed)))]
    if kept:
        return failed("edit_made", f"{kept[0]} is still there, although it was to be moved or deleted")
    if not met:
        return not_applicable("edit_made", "the request names no file to be changed")
    missed = [name for name, paths in met.items() if not paths]
    if not missed:
        return passed("edit_made", f"what the request names was changed: {', '.join(met)}")
    if len(missed) < len(met) or not scope.sure:
        return not_applicable("edit_made", f"not changed, though the request names it: {', '.join(missed)}")
    return failed(
        "edit_made", f"{', '.join(missed)} was to be changed; changed instead: {subject.changed[0]}"
    )


def _is_a_file(name: str, subject: Subject) -> bool:
    """Return whether a name is one of a file or folder: by its ending, or because it is there; not "client/server"."""
    there = (place / name for place in (subject.folder, subject.origin) if place is not None)
    return (
        _ENDED.search(name) is not None
        or bool(meant_by(name, subject.changed))
        or any(map(Path.exists, there))
    )


def escalation_asked(subject: Subject) -> Verdict:
    """FAIL when the model itself asks for a stronger one, by a line `ESCALATE: reason` outside code."""
    asked = _ESCALATE.search(_FENCE.sub("", subject.text))
    if asked is None:
        return not_applicable("escalation_asked", "the model did not ask for a stronger one")
    return failed("escalation_asked", f"the model asks for a stronger one: {asked[1].strip()[:300]}")


def user_verification(subject: Subject) -> Verdict:
    """NOT_APPLICABLE with a finding that asks a person to look: no program can decide it."""
    paths = subject.changed or (None,)
    findings = tuple(
        Finding(rule="review", message="a person must look at this", path=path) for path in paths
    )
    return not_applicable("user_verification", "flagged for review by a person", findings)


def results_found(subject: Subject) -> Verdict:
    """FAIL for an answer that says nothing, PASS for one that does; what a search did not find nobody can confirm.

    Without a request, for a search: FAIL when it found nothing, PASS when it shows places, links or a list.
    """
    why = emptiness(subject.text, subject.request)
    if why is not None:
        return failed("results_found", why)
    nothing = _NOTHING.search(subject.text) and len(_EVIDENCE.findall(subject.text)) <= 1
    if nothing and not subject.request:
        return failed("results_found", "the answer says that nothing was found")
    if nothing and _SEARCH.search(subject.request):
        return cannot_run(
            "results_found", "the answer says that nothing was found, which no check can confirm"
        )
    if _EVIDENCE.search(subject.text):
        return passed("results_found", "the answer shows results")
    if subject.request:
        return passed("results_found", "the answer says something")
    return cannot_run(
        "results_found", "the answer shows no place, link or list that could be counted as a result"
    )


def output_valid(subject: Subject) -> Verdict:
    """FAIL when the request asks for JSON, YAML, TOML or CSV and the answer does not parse as that."""
    asked = _FORMAT.search(subject.request)
    if asked is None:
        return not_applicable("output_valid", "the request asks for no format that can be parsed")
    name = {"yml": "yaml", "json lines": "jsonl"}.get(asked[1].lower(), asked[1].lower())
    try:
        fault = _PARSERS[name](_payload(subject.text, name))
    except ModuleNotFoundError as error:
        return cannot_run("output_valid", f"{name} cannot be parsed here: {error.name} is not installed")
    if fault is not None:
        finding = Finding(rule=f"output.{name}", message=fault)
        return failed("output_valid", f"the answer is not valid {name}: {fault}", (finding,))
    return passed("output_valid", f"the answer is valid {name}")


def _payload(text: str, name: str) -> str:
    """Return the code block of the format asked for, else the only block, else the whole text."""
    blocks = _FENCE_LINE.findall(text)
    named = [
        body for language, body in blocks if language.lower() in {name, "yml" if name == "yaml" else name}
    ]
    if named:
        return str(named[0])
    return str(blocks[0][1]) if len(blocks) == 1 else text.strip()


def _json_fault(text: str) -> str | None:
    try:
        json.loads(text)
    except (ValueError, RecursionError) as error:
        return str(error)
    return None


def _jsonl_fault(text: str) -> str | None:
    rows = [row for row in text.splitlines() if row.strip()]
    return next((fault for fault in map(_json_fault, rows) if fault), None if rows else "it has no line")


def _toml_fault(text: str) -> str | None:
    try:
        tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        return str(error)
    return None


def _csv_fault(text: str) -> str | None:
    try:
        rows = [row for row in csv.reader(io.StringIO(text), strict=True) if row]
    except csv.Error as error:
        return str(error)
    widths = {len(row) for row in rows}
    return None if len(widths) == 1 else f"its rows have {sorted(widths)} columns"


_PARSERS: dict[str, Callable[[str], str | None]] = {
    "json": _json_fault,
    "jsonl": _jsonl_fault,
    "toml": _toml_fault,
    "yaml": yaml_fault,
    "csv": _csv_fault,
}
