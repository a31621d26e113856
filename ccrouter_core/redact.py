"""Find secrets in text and replace them before anything is stored or logged.

One table of rules, each a regular expression over a bounded or word-anchored region, so that the time is linear in
the text; a rule runs only where one of its hints occurs in the lower-case text. Sources: the token formats that the
services document (prefix, alphabet, length). Lengths are lower bounds, so that longer successors match too.

Why redacting twice changes nothing: no accepted region holds a marker `[redacted:...]`, rules for bare tokens begin
at the start of a word, and a replaced span always ends at the end of one. So whatever stands between two markers
was already judged the first time, with the same words around it; what a judge looks at never touches a marker.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import cache

from ccrouter_core.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    Secret = tuple[str, int, int]

_MARK = "[redacted:"
_WORD = r"(?<![A-Za-z0-9_-])"  # the start of a bare token

_GAP = r"(?:\s|\\[nr])"  # between the lines of a key, also where JSON wrote them as \n
_PRIVATE_KEY = (
    r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----" + _GAP + r"{0,8}"
    r"(?:[A-Z][A-Za-z-]{2,20}: [^\n\\]{0,200}" + _GAP + r"{1,4}){0,5}"
    r"[A-Za-z0-9+/=]{40,}(?:" + _GAP + r"{1,40}[A-Za-z0-9+/=]{12,})*"
    r"(?:(?:"
    + _GAP
    + r"{1,40}[A-Za-z0-9+/=]{1,80}){0,2}"
    + _GAP
    + r"{0,40}-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----)?"
)
_AUTHORIZATION = (
    r"(?i:\bauthorization\\{0,2}[\"']?[ \t]{0,4}[:=][ \t]{0,4}\\{0,2}[\"']?"
    r"(?:(?:bearer|basic|token|digest|negotiate|apikey)[ \t]{1,4}(?=[a-z0-9_.~+/=-]{6})|(?=[a-z_.~+/-]{0,400}[0-9]))"
    r"|\bbearer[ \t]{1,4}(?=[a-z_.~+/-]{0,400}[0-9]))([A-Za-z0-9_.~+/=-]{6,})"
)
_COOKIE = (
    r"(?<![A-Za-z])(?i:cookie)\\{0,2}[\"']?:[ \t]{0,4}\\{0,2}[\"']?"
    r"([^\s=;\[\]\"'`<>{}()\\]{1,80}=[^\s;\[\]\"'`<>{}()\\]{4,4096}"
    r"(?:;[ \t]{0,2}[^\s;\[\]\"'`<>{}()\\]{1,4096}){0,60})"
)
_URL_CREDENTIALS = (  # up to the last @ before the path; the password may hold what should have been escaped
    r"://([^\s/?#@:\[\]\"'`<>{}$]{0,200}:(?!\$\{?\w{1,100}\}?@|\{|<|%[s(])[^\s/?#\[\]\"'`<>]{1,400})@"
)
_EMAIL = (
    r"(?<![\w.%+-])(?!git@)[^\W_][\w.%+-]{0,63}@(?![0-9]+(?:\.[0-9]|x\.))"
    r"(?:[^\W_][\w-]{0,62}\.){1,8}[^\W\d_]{2,24}(?![^\W_]|\()"
)

# Kind, hints in lower case, pattern. The secret is the last group that took part, or the whole match.
# Where several rules overlap, the earliest one in the table gives the name.
_RULES: tuple[tuple[str, tuple[str, ...], str], ...] = (
    ("private_key", ("private key",), _PRIVATE_KEY),
    ("age_key", ("age-secret-key-",), _WORD + r"AGE-SECRET-KEY-1[A-Za-z0-9]{50,}"),
    ("anthropic_key", ("sk-ant-",), _WORD + r"sk-ant-[A-Za-z0-9_-]{8,}"),
    ("stripe_key", ("_live_", "_test_"), _WORD + r"(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,}"),
    ("stripe_webhook", ("whsec_",), _WORD + r"whsec_[A-Za-z0-9+/=]{24,}"),
    ("openai_key", ("sk-",), _WORD + r"sk-(?=[A-Za-z_-]*[0-9])[A-Za-z0-9_-]{20,}"),
    ("github_token", ("gh",), _WORD + r"gh[oprsu]_[A-Za-z0-9]{20,}"),
    ("github_pat", ("github_pat_",), _WORD + r"github_pat_[A-Za-z0-9_]{20,}"),
    ("gitlab_token", ("gl",), _WORD + r"gl(?:pat|ptt|dt|rt|cbt|ft|soat|agent|oas|imt)-[A-Za-z0-9_.-]{20,}"),
    (
        "aws_key_id",
        ("akia", "asia", "abia", "acca"),
        r"(?<![A-Za-z0-9])(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}(?![A-Za-z0-9])",
    ),
    ("slack_token", ("xox", "xapp-"), _WORD + r"(?:xox[abceoprs]|xapp)-[A-Za-z0-9.-]{10,}"),
    (
        "slack_webhook",
        ("hooks.slack",),
        r"hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/([A-Za-z0-9_/-]{12,})",
    ),
    (
        "discord_webhook",
        ("/api/webhooks/",),
        r"discord(?:app)?\.com/api/webhooks/([0-9]{5,25}/[A-Za-z0-9_-]{20,})",
    ),
    ("jwt", ("eyj",), _WORD + r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){1,3}"),
    ("google_api_key", ("aiza",), _WORD + r"AIza[A-Za-z0-9_-]{35,}"),
    ("google_oauth", ("ya29.", "gocspx-"), _WORD + r"(?:ya29\.[A-Za-z0-9_-]{20,}|GOCSPX-[A-Za-z0-9_-]{20,})"),
    ("npm_token", ("npm_",), _WORD + r"npm_[A-Za-z0-9]{30,}"),
    ("pypi_token", ("pypi-",), _WORD + r"pypi-[A-Za-z0-9_-]{50,}"),
    ("rubygems_token", ("rubygems_",), _WORD + r"rubygems_[a-f0-9]{40,}"),
    ("sendgrid_key", ("sg.",), _WORD + r"SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"),
    ("twilio_key", ("sk", "ac"), r"(?<![A-Za-z0-9])(?:SK|AC)[0-9a-f]{32}(?![A-Za-z0-9])"),
    ("mailgun_key", ("key-",), _WORD + r"key-[0-9a-f]{32}(?![A-Za-z0-9])"),
    ("azure_key", ("accountkey", "accesskey"), r"(?:Account|SharedAccess|Access)Key=([A-Za-z0-9+/=]{40,})"),
    (
        "azure_secret",
        ("q~",),
        r"(?<![A-Za-z0-9_~.-])[A-Za-z0-9][A-Za-z0-9_~.-]{2}[0-9]Q~[A-Za-z0-9_~.-]{31,}",
    ),
    ("azure_signature", ("sig=",), r"[?&;]sig=([A-Za-z0-9%+/=_-]{20,})"),
    ("huggingface_token", ("hf_",), _WORD + r"hf_[A-Za-z0-9]{30,}"),
    ("digitalocean_token", ("_v1_",), _WORD + r"do[opr]_v1_[a-f0-9]{60,}"),
    ("shopify_token", ("shp",), _WORD + r"shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32,}"),
    ("telegram_token", (":aa",), r"(?<![A-Za-z0-9_-])[0-9]{8,10}:AA[A-Za-z0-9_-]{33,}"),
    ("databricks_token", ("dapi",), _WORD + r"dapi[0-9a-f]{32,}"),
    ("docker_token", ("dckr_",), _WORD + r"dckr_[a-z]{3}_[A-Za-z0-9_-]{20,}"),
    ("vault_token", ("hvs.", "hvb.", "hvr."), _WORD + r"hv[bsr]\.[A-Za-z0-9_-]{20,}"),
    ("terraform_token", (".atlasv1.",), _WORD + r"[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_-]{40,}"),
    ("atlassian_token", ("atatt3", "atctt3"), _WORD + r"AT[AC]TT3[A-Za-z0-9_=-]{30,}"),
    ("grafana_token", ("glsa_", "glc_"), _WORD + r"gl(?:sa|c)_[A-Za-z0-9_+/=]{30,}"),
    ("postman_key", ("pmak-",), _WORD + r"PMAK-[A-Za-z0-9-]{30,}"),
    ("linear_key", ("lin_",), _WORD + r"lin_(?:api|oauth)_[A-Za-z0-9]{30,}"),
    ("notion_token", ("ntn_",), _WORD + r"ntn_[A-Za-z0-9]{40,}"),
    ("newrelic_key", ("nrak-",), _WORD + r"NRAK-[A-Z0-9]{27,}"),
    (
        "model_service_key",
        ("gsk_", "r8_", "xai-", "pplx-", "fw_"),
        _WORD + r"(?:gsk_|r8_|xai-|pplx-|fw_)[A-Za-z0-9]{24,}",
    ),
    ("url_credentials", ("://",), _URL_CREDENTIALS),
    ("url_token", ("://",), r"://([^\s/?#@:\[\]\"'`<>{}$]{20,400})@"),
    ("authorization", ("authorization", "bearer"), _AUTHORIZATION),
    ("cookie", ("cookie",), _COOKIE),
)

# A name that announces a secret, then its value, which decides: see _is_literal.
_NAME = (
    r"(password|passwd|passphrase|passcode|pwd|secret|token|credentials?"
    r"|(?:api|access|secret|private|signing|encryption|auth|account)[_-]?key)"
)
_VALUE = (
    r"(?:\\{0,2}[bru]{0,2}(?:\"([^\"\\\n]{4,400})\\{0,2}\"|'([^'\\\n]{4,400})\\{0,2}')"
    r"|([^\s\"'`,;&<>(){}\[\]|\\$]{4,256}))"
)
_ASSIGNED = (  # name = value, "name": value, name: str = value, <name>value
    r"(?i)(?:(?<![A-Za-z])|(?-i:(?<=[a-z])(?=[A-Z])))" + _NAME + r"\\{0,2}(?:[\"'`]\]?)?"
    r"(?:[ \t]{0,4}:[ \t]{0,4}[A-Za-z_][\w.]{0,40}[ \t]{0,4}(?==))?"
    r"[ \t]{0,8}(?::=|=>|[:=]{1,2}|\bis\b|>)[ \t]{0,8}" + _VALUE
)
_FLAG = (
    r"(?i)(?:(?<!\S)--[a-z-]{0,30}|\blogin[ \t][^\s\[\]]{1,80}[ \t]{1,4})" + _NAME + r"[ \t]{1,4}" + _VALUE
)
_NEAR = (  # a context word, then something that looks random
    r"(?i:(?<![a-z])(?:key|token|secret|password|credential|auth|signature|session)s?(?![a-z]))[^\n\[\]]{0,30}?"
    r"(?<![A-Za-z0-9+/=_-])([A-Za-z0-9+/_-][A-Za-z0-9+/=_-]{23,255})"
)
_NAME_STARTS = "pass|pwd|secret|token|cred|api|access|private|signing|encryption|auth|account"
_NEAR_STARTS = "key|token|secret|password|cred|auth|signature|session"

# What stands in code and documentation where a secret would.
_PLACEHOLDERS = frozenset(
    {
        *("password", "passwd", "passphrase", "secret", "token", "bearer", "oauth2", "example", "changeme"),
        *("string", "bytes", "bytes32", "text", "varchar", "none", "null", "true", "false", "undefined"),
        *("optional", "required", "base64", "sha256", "sha512", "hs256", "rs256", "es256", "utf8", "utf-8"),
    }
)
_NOT_VALUES = (
    "/",
    "./",
    "../",
    "~",
    "$",
    "%",
    "{",
    "<",
    "*",
    "-",
    "=",
    "[",
)  # paths, templates, masks, flags
_REFERENCE = r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+|[A-Za-z]+(?:_[A-Za-z0-9]+)+|[A-Za-z]+\d?"  # a.b, a_b1, b1
_NUMBER = r"[\d.:/_-]+"
# Words that say how a secret is, not what it is: by their endings, and those that have none of these.
_DESCRIBES = (
    r".*(?:ed|ing|able|ible|ive|ly|ent|ant|ary|ory|ous|al|ic|ful|less|en|ete|ate|ect|er|est|where|thing|body|one|ence)"
    r"|(?:unsecure|insecure|username|password|passphrase|passwords|plaintext|cleartext|boolean|unknown|likewise|together"
    r"|whatever|whichever|because|between|without|through|another|already|instead|unclear|identifier)\w*"
)
_SHORTEST_TOLD = 8
_SYMBOLS = frozenset("!@#%^*+=~?$&")
_SHORTEST_TOKEN = 6
_SAMPLE_CHARS = 64
_LEAST_NEAR, _LEAST_ASSIGNED = 2, 1  # digits, capitals and small letters each
_RANDOM_BITS = 3.7  # Shannon entropy per character: identifiers of 24 stay below 3.7, base64 above 4


def redact(text: str) -> str:
    """Return the text with every secret replaced by `[redacted:KIND]`.

    Idempotent; text without secrets comes back as it is. Linear in the length of the text.

    Args:
        text: any text: a prompt, a log line, a file.

    Raises:
        UsageError: it is not a string; the value is not shown.
    """
    secrets = find_secrets(text)
    return _replaced(text, secrets, [f"{_MARK}{kind}]" for kind, _, _ in secrets])


def without_credentials(address: str) -> str:
    """Return the address of a store as it may be shown: without user and password, whatever letters they hold.

    Stricter than `redact`, which must not take the `@` of any path for the end of a password.

    Args:
        address: `scheme:...` or `scheme://{user}:{password}@host/name?option=value`.
    """
    scheme, slashes, rest = address.partition("://")
    if "@" in rest:
        rest = f"{_MARK}url_credentials]@{rest.rpartition('@')[2]}"
    return redact(scheme + slashes + rest)


def find_secrets(text: str) -> list[Secret]:
    """Return (kind, start, end) of every secret, in order and without overlaps; `text[start:end]` is the secret.

    Raises:
        UsageError: it is not a string; the value is not shown.
    """
    if not isinstance(text, str):
        raise UsageError(
            what=f"secrets are looked for in text, not in {type(text).__name__}",
            why="only text can be judged",
            fix="pass a str; decode bytes first",
        )
    secrets = _merged(text, sorted(_found(text), key=lambda found: found[1:]))
    return sorted(secrets + _emails(text, secrets), key=lambda secret: secret[1]) if "@" in text else secrets


def _replaced(text: str, secrets: list[Secret], marks: list[str]) -> str:
    pieces: list[str] = []
    done = 0
    for (_, start, end), mark in zip(secrets, marks, strict=True):
        pieces += (text[done:start], mark)
        done = end
    return "".join(pieces) + text[done:]


def _found(text: str) -> Iterator[tuple[int, int, int, str]]:
    """Yield (rank, start, end, kind) of everything that a rule accepts, overlaps included."""
    lower = lower_case(text)
    for rank, (kind, hints, pattern) in enumerate(_RULES):
        if any(hint in lower for hint in hints):
            for match in _compiled(pattern).finditer(text):
                start, end = match.span(match.lastindex or 0)
                yield rank, start, end, kind
    for starts, pattern in ((_NAME_STARTS, _ASSIGNED), ("--|login", _FLAG)):
        for match in _matches_at(starts, pattern, lower, text):
            if _is_literal(match):
                yield len(_RULES), *match.span(match.lastindex or 0), _kind(match[1])
    for match in _matches_at(_NEAR_STARTS, _NEAR, lower, text):
        if not text.startswith("[", match.end()) and _looks_random(match[1], _LEAST_NEAR):
            yield len(_RULES) + 1, *match.span(1), "high_entropy"


def _matches_at(starts: str, pattern: str, lower: str, text: str) -> Iterator[re.Match[str]]:
    """Yield the matches of the pattern at each place where a start word stands: quicker than a search."""
    for start in _compiled(starts).finditer(lower):
        found = _compiled(pattern).match(text, start.start())
        if found:
            yield found


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def lower_case(text: str) -> str:
    """Return the text in lower case with every character at its place (a few letters become two)."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(c.lower() if c.isascii() else c for c in text)


def _merged(text: str, found: list[tuple[int, int, int, str]]) -> list[Secret]:
    """Join overlapping spans, each prolonged to the end of its word, under the name of the earliest rule."""
    secrets: list[Secret] = []
    best = 0
    for rank, start, end, kind in found:
        name, first, last = secrets[-1] if secrets else ("", 0, 0)
        if start >= last:
            secrets.append((kind, start, _word_end(text, end)))
            best = rank
        else:
            name, best = (kind, rank) if rank < best else (name, best)
            secrets[-1] = (name, first, last if end <= last else _word_end(text, end))
    return secrets


def _emails(text: str, secrets: list[Secret]) -> list[Secret]:
    """Return the e-mail addresses outside the secrets: `user:secret@host` is none once its secret has gone."""
    masked = _replaced(text, secrets, ["]" * (end - start) for _, start, end in secrets])
    matches = _compiled(_EMAIL).finditer(masked)
    return [("email", match.start(), _word_end(masked, match.end())) for match in matches]


def _word_end(text: str, end: int) -> int:
    match = _compiled(r"[\w-]*").match(text, end)
    return match.end() if match else end


def _kind(name: str) -> str:
    lower = name.lower()
    if lower.endswith("key"):
        return "api_key"
    return "password" if lower.startswith(("pass", "pwd")) else lower.removesuffix("s")


def _is_told(match: re.Match[str], value: str, *, is_password: bool) -> bool:
    """Return whether a plain word is a secret that somebody tells: "my password is X", "password: X".

    A shorter word, one that describes ("is required"), a word with capitals (a type) and one behind other signs are none.
    """
    sign = match.string[match.end(1) : match.start(4)]
    told = sign.lower() == " is " or (is_password and sign == ": ")
    word = value.rstrip(".:!?")
    plain = word.isascii() and word.isalpha() and word.islower() and len(word) >= _SHORTEST_TOLD
    return told and plain and not _compiled(_DESCRIBES).fullmatch(word)


def _is_literal(match: re.Match[str]) -> bool:
    """Return whether the value of an assignment is a secret itself, not code, a path, a word or a placeholder."""
    quoted = match[2] or match[3]
    value: str = quoted or match[4]
    if value.lower() in _PLACEHOLDERS or value.startswith(_NOT_VALUES) or _MARK in value:
        return False
    is_password = _kind(match[1]) == "password"
    digits = len(_compiled(r"\d").findall(value))
    telling = digits >= (1 if is_password else 2) or not _SYMBOLS.isdisjoint(value)
    if quoted:
        return (telling or " " not in value) if is_password else _is_token(value, telling=telling)
    if match.string[match.end() : match.end() + 1] in ("(", "[", "{"):  # a call, an index, a marker
        return False
    in_env = match[1].isupper() and match.string[match.start(4) - 1] == "="  # as in an .env file
    if is_password and (in_env or match.string[match.start() - 1 : match.start()] in ("?", "&")):
        return True
    if _is_told(match, value, is_password=is_password):
        return True
    if _compiled(_REFERENCE).fullmatch(value) and not (is_password and value.isalnum()):
        return False
    return telling if is_password else _is_token(value, telling=telling)


def _is_token(value: str, *, telling: bool) -> bool:
    if "/" in value:  # a path, unless it is base64
        return _looks_random(value, _LEAST_ASSIGNED)
    return telling and len(value) >= _SHORTEST_TOKEN and not _compiled(rf".* .*|{_NUMBER}").fullmatch(value)


def _looks_random(value: str, least: int) -> bool:
    """Return whether at least so many digits, capitals and small letters mix as in no word, path or hash."""
    sample = value[:_SAMPLE_CHARS]
    kinds = (r"\d", r"[A-Z]", r"[a-z]")
    if any(len(_compiled(kind).findall(sample)) < least for kind in kinds):
        return False
    counts = Counter(sample).values()
    bits = -sum(count / len(sample) * math.log2(count / len(sample)) for count in counts)
    return bits >= _RANDOM_BITS and not _compiled(r"[a-z]{8}").search(sample)
