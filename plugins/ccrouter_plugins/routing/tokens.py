"""Tokens of a request: words, paths, globs, quotations, code, names, numbers and the stops between clauses.

Linear: one scan by a regular expression without nested repetition, then one look at each chunk. Every token keeps its
span in the normalised text.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from .patterns import regex

__all__ = ["Token", "kind_of", "tokens_of"]


class Token(NamedTuple):
    """One piece of a request.

    `kind` is "word", "path" (a file), "dir", "glob", "code" (in backticks or a fence), "quote", "name" (an identifier,
    flag or reference), "number", "url", "stop" (ends a clause) or "other" (a word of another script).
    `text` is lower-case; for code and quotations it is what stands between the marks.
    """

    text: str
    kind: str
    start: int
    end: int


_SCAN = regex(
    r"(?P<fence>```(?:[^`]|`(?!``))*(?:```|\Z))"
    r"|(?P<code>``[^`\n]*``|`[^`\n]+`)"
    r'|(?P<quote>"[^"\n]*"|(?<!\w)\'[^\'\n]*\'(?!\w))'
    r"|(?P<line>\n\s*)"
    r"|(?P<chunk>[^\s`\"]+)"
    r"|(?P<mark>[`\"])"
)
_EXTENSIONS = frozenset(
    "py pyi pyx ipynb js mjs cjs jsx ts tsx vue svelte html htm css scss sass less go rs rb php java kt kts scala clj "
    "cljs ex exs erl hs ml mli fs fsx cs vb c h cc cpp cxx hpp hh m mm swift dart lua pl pm r jl sh bash zsh fish ps1 "
    "bat cmd sql prisma graphql gql proto thrift json jsonc json5 jsonl ndjson yaml yml toml ini cfg conf config env "
    "properties xml xsd plist csv tsv parquet xlsx xls ods db sqlite sqlite3 md mdx markdown rst txt text adoc org tex "
    "bib sty cls bst tikz bbl aux log out toc lock diff patch tf tfvars hcl nix gradle cmake mk make am ac in template tmpl "
    "j2 jinja jinja2 erb haml slim ejs hbs mustache pug png jpg jpeg gif svg webp ico pdf doc docx odt ppt pptx key zip "
    "tar gz tgz bz2 xz 7z jar war whl deb rpm iso img bak old orig swp tmp temp cache pid sock pem crt cer der p12 pub asc gpg "
    "wasm so dll exe bin dat pkl npy npz h5 onnx pt mp3 mp4 wav mov avi mkv srt vtt ics eml vcf rsc service timer desktop "
    "zig nim v sv vhd vhdl asm s f90 f95 f for pas d cr rkt scm el lisp feature spec snap map astro liquid robot po pot "
    "dockerfile editorconfig gitignore sum mod work rake gemspec podspec sln csproj vcxproj xcconfig storyboard xib "
    "gd tscn tres gdshader uproject glsl hlsl wgsl frag vert shader cu cuh cl ino pde kdl ron cff rmd qmd do sas sav dta mat "
    "abap ada adb ads bas cbl cob cls coffee elm purs erb frm gleam groovy hx kicad_pcb odin pas raku res sol tcl vy xaml razor cshtml axaml "
    "bicep tla lean agda thy smt2 als dfy idr coq bazel bzl star cue dhall jsonnet libsonnet rego puml mmd dot".split()
)
_LIBRARIES = frozenset(
    "node.js vue.js next.js nuxt.js three.js d3.js react.js express.js socket.io ember.js backbone.js chart.js p5.js "
    "asp.net console.log e.g i.e i.e. e.g. logger.log math.log np.log math.h system.out vs.code discord.py".split()
)
_BARE_FILES = frozenset(
    "makefile dockerfile readme license licence changelog jenkinsfile gemfile procfile rakefile vagrantfile codeowners "
    "brewfile pipfile contributing authors notice justfile containerfile snakefile cmakelists gnumakefile "
    "fastfile podfile caddyfile tiltfile".split()
)
_DOTFILES = frozenset(
    ".env .envrc .gitignore .gitattributes .gitmodules .dockerignore .npmrc .nvmrc .yarnrc .editorconfig .prettierrc "
    ".eslintrc .babelrc .bashrc .zshrc .profile .bash_profile .zprofile .vimrc .tmux.conf .flake8 .pylintrc .coveragerc "
    ".npmignore .prettierignore .eslintignore .htaccess .netrc .pgpass .pypirc .gitconfig .inputrc .mailmap .ruby-version "
    ".python-version .node-version .tool-versions .stylelintrc .browserslistrc .latexmkrc .clang-format .clang-tidy "
    ".rubocop.yml .mcp.json .claude .git .github .vscode .ssh .husky .aws .kube .config".split()
)
# Slashes that stand for "or" in prose.
_PROSE_PAIRS = frozenset(
    "and/or yes/no on/off read/write input/output i/o ci/cd tcp/ip client/server true/false he/she his/her s/he w/o w/ "
    "pros/cons a/b key/value start/stop up/down left/right before/after in/out n/a 24/7 todo/fixme create/read "
    "request/response async/await min/max add/remove enable/disable login/logout open/close get/set".split()
)
_EDGES_LEFT = "([{<*_~¿¡"
_EDGES_RIGHT = ")]}>,.;:!?*~"
_ARROWS = frozenset(("->", "=>", "-->", "==>"))
_STOPS = frozenset(".;!?:,")
_FILE = regex(r"[\w@+%~#-][\w.@+%~#-]*\.([A-Za-z]\w{0,11})(?::\d+(?:[:-]\d+)*|::\S+|#\S+)?\Z")
_GLOB = regex(r"[*?]|\{[^}\s]*,[^}\s]*\}|\[[^\]\s]+\][.*]")
_NUMBER = regex(r"[#v~<>=$€£+-]*\d[\d.,:xX%_/-]*[a-zA-Z%]{0,4}\Z")
_VERSION_CONTROL = regex(r"(?:HEAD|[a-z0-9]+)[~^]\d*\Z|origin/\S+\Z", re.IGNORECASE)
_WORD = regex(r"[A-Za-z]+(?:['-][A-Za-z]+)*'?\Z")
_NAME = regex(r"[_()\[\]<>$@#=\\{}&|+^%:./*-]|[a-z][A-Z]|[A-Za-z]\d|\d[A-Za-z]")
# Scripts without spaces between words: a Latin name among them is a word of its own.
_OTHER_SCRIPT = regex(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
_SCRIPT_RUN = regex(r"[\x21-\x7e]+|[^\x21-\x7e]+")
# With a capital they begin a sentence, in a text that is not in title case.
_SENTENCE_STARTS = frozenset(
    "And Then Also Just Thanks Thank Please But Now It This That Do Don't After Afterwards What Why How Could Can".split()
)
_INNER_STOP = regex(
    r";|(?<=[^\W\d_]{2})\.(?=[A-Z][a-z]+$)|(?<=\w),(?=[A-Za-z]{2})|[。、；！？]|--(?=[a-z]+$)(?<=\w--)"
)


def tokens_of(text: str) -> list[Token]:
    """Split normalised `text` into tokens, in order.

    Linear in the length of `text`; total on any string.
    """
    found: list[Token] = []
    for match in _SCAN.finditer(text):
        group = match.lastgroup
        start, end = match.span()
        if group == "chunk":
            if found and text[start].isupper() and text[found[-1].start].islower():
                _end_sentence(found, text[start:end], start)
            _add_chunk(found, text[start:end], start)
        elif group == "quote":
            found.append(Token(text[start + 1 : end - 1].lower(), "quote", start, end))
        elif group == "code":
            found.append(Token(text[start:end].strip("`").strip().lower(), "code", start, end))
        elif group == "line":
            found.append(Token("\n" * min(text.count("\n", start, end), 2), "stop", start, end))
        elif group == "fence":
            found.append(Token(text[start:end].strip("`").strip().lower(), "code", start, end))
    return found


def _add_chunk(found: list[Token], chunk: str, start: int) -> None:
    """Append the tokens of a run without white space."""
    if chunk.isalpha() and chunk.isascii() and chunk.lower() not in _BARE_FILES:
        found.append(Token(chunk.lower(), "word", start, start + len(chunk)))
        return
    if not chunk.isascii() and _OTHER_SCRIPT.search(chunk):
        for match in _SCRIPT_RUN.finditer(chunk):
            _add_pieces(found, match.group(), start + match.start())
        return
    if chunk in ("&&", "||", ";;"):
        found.append(Token(";", "stop", start, start + len(chunk)))
        return
    if chunk == "." and found and found[-1].end < start:
        found.append(Token(".", "dir", start, start + 1))
        return
    if chunk in _ARROWS:
        found.append(Token(chunk, "other", start, start + len(chunk)))
        return
    _add_pieces(found, chunk, start)


def _end_sentence(found: list[Token], chunk: str, start: int) -> None:
    """Append a stop before a capital that begins a sentence although none is written: "... the old ones Thanks!"."""
    if found[-1].kind in ("word", "path") and chunk.rstrip("!,.?") in _SENTENCE_STARTS:
        found.append(Token(".", "stop", start, start))


def _add_pieces(found: list[Token], chunk: str, start: int) -> None:
    """Append the pieces of a run that has stops inside."""
    position = 0
    for match in _INNER_STOP.finditer(chunk):
        if match.start() and not ("/" in chunk and match.group() == ","):
            _add_piece(found, chunk[position : match.start()], start + position)
            found.append(Token(match.group()[:1], "stop", start + match.start(), start + match.end()))
            position = match.end()
    if position < len(chunk):
        _add_piece(found, chunk[position:], start + position)


def _add_piece(found: list[Token], piece: str, start: int) -> None:
    """Append one piece with the stops that close it."""
    body = piece.rstrip(_EDGES_RIGHT)
    if len(body) < len(piece) and (piece[len(body)] in ")]}" or piece[len(body) :] in ("*", "*.*")):
        body = _rebalance(piece, body)
    opened = bool(body) and body[0] in _EDGES_LEFT and not _opens_name(body)
    bare = body.lstrip(_EDGES_LEFT) if opened else body
    if opened and bare[-1:] in _EDGES_RIGHT:
        bare = _rebalance(bare, bare.rstrip(_EDGES_RIGHT))  # "(net/rx.c)"
    if opened and body[0] == "(" and found and found[-1].kind != "stop":
        found.append(Token("(", "stop", start, start + 1))
    if bare:
        offset = start + len(body) - len(bare)
        found.append(Token(bare.lower(), kind_of(bare), offset, offset + len(bare)))
    end = len(body) + 1 if piece[len(body) :].startswith("..") else len(piece)
    found.extend(
        Token(piece[index], "stop", start + index, start + index + 1)
        for index in range(len(body), end)
        if piece[index] in _STOPS
    )


def _opens_name(body: str) -> bool:
    """Tell whether a leading bracket belongs to the piece: ``[[link]]``, ``_name``, ``*.py``, ``<div>``."""
    return body.startswith(("_", "*", "~/", "[[")) or (body[0] == "<" and body.endswith(">"))


def _rebalance(piece: str, body: str) -> str:
    """Give back closing brackets that have their opening one inside: ``foo()``, ``[[link]]``."""
    end = len(body)
    spare = {")": "(", "]": "[", "}": "{", ">": "<"}
    unclosed = {mark: body.count(opening) - body.count(mark) for mark, opening in spare.items()}
    while end < len(piece) and (piece[end] == "*" or unclosed.get(piece[end], 0) > 0):
        unclosed[piece[end]] = unclosed.get(piece[end], 0) - 1
        end += 1
    return piece[:end]


@lru_cache(maxsize=2048)
def kind_of(chunk: str) -> str:
    """Tell the kind of one chunk without surrounding punctuation (see `Token`)."""
    if len(chunk) > 300:
        return "name" if chunk.isascii() else "other"
    low = chunk.lower()
    if chunk.isascii() and not any(letter.isalnum() for letter in chunk) and chunk not in ("--", "*"):
        return "other"
    if _WORD.match(chunk):
        if low in _BARE_FILES and (chunk != low or low in {"makefile", "dockerfile", "readme", "changelog"}):
            return "path"
        return "word"
    if low.startswith(("http://", "https://", "www.", "s3://", "gs://", "ftp://", "ssh://", "git@")):
        return "url"
    if low in _LIBRARIES or low in _PROSE_PAIRS:
        return "name"
    if low.endswith(("'s", "'")) and low[:-2].isalpha():
        return "word"
    if not chunk.isascii() and not _is_latin_path(chunk):
        return "word" if chunk.replace("-", "").isalpha() and _is_latin(chunk) else "other"
    return _path_kind(chunk, low)


def _path_kind(chunk: str, low: str) -> str:
    """Tell the kind of a chunk that is no plain word: a path, a number or a name."""
    if _NUMBER.match(chunk) and "/" not in chunk:
        return "number"
    if _GLOB.search(chunk) and ("/" in chunk or "." in chunk or chunk.startswith("*")) and "(" not in chunk:
        return "glob"
    if low.startswith("."):
        return _dotted_kind(low)
    if "/" in chunk and "(" not in chunk and "<" not in chunk and not _VERSION_CONTROL.match(chunk):
        return _slash_kind(low)
    match = _FILE.match(chunk)
    if match and match.group(1).lower() in _EXTENSIONS and not chunk.endswith("()"):
        return "path"
    return "name"


def _dotted_kind(low: str) -> str:
    """Tell a dotfile from a mention of an extension (".tmp files")."""
    first = low.split("/", 1)[0]
    if first in _DOTFILES or first.startswith((".env", "./", "..")) or first in (".", ".."):
        tail = low.rsplit("/", 1)[-1]
        is_dir = low.endswith("/") or (
            first in (".claude", ".github", ".git", ".ssh", ".vscode", ".husky")
            and ("." not in tail[1:] and not tail.startswith(".claude"))
        )
        return "dir" if is_dir or low in (".", "..", ".claude", "./", "../") else "path"
    if low[1:] in _EXTENSIONS:
        return "glob"
    if "/" in low:
        return _slash_kind(low)
    return (
        "path"
        if len(low) > 3
        and (low.endswith(("rc", "ignore", ".json", ".yml", ".yaml", ".toml")) or "." in low[1:])
        else "name"
    )


def _slash_kind(low: str) -> str:
    """Tell a file from a folder among chunks with a slash."""
    if low.endswith("/"):
        return "dir"
    tail = low.split("::", 1)[0].rsplit("/", 1)[-1]
    if _FILE.match(tail) or tail in _BARE_FILES or tail.split(".")[0] in _BARE_FILES or tail.startswith("."):
        return "path"
    if low.startswith(("/etc/", "~/.", "$home/.")):
        return "path"
    return "dir"


def _is_latin(text: str) -> bool:
    """Tell whether every letter is Latin, accents included."""
    return all(letter < "\u0250" or "\u1e00" <= letter < "\u1f00" or not letter.isalpha() for letter in text)


def _is_latin_path(chunk: str) -> bool:
    """Tell whether a chunk with accents is still a path or a name."""
    return _is_latin(chunk) and ("/" in chunk or "." in chunk or "_" in chunk)
