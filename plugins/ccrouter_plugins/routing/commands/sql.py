"""What SQL would do: a tokenizer and rules over the statements, no grammar of one dialect.

Works on any dialect (and on Cypher and CQL) because it looks only at key words, their order and their nesting. Strings,
comments and quoted names are data; the bodies of DO blocks and of dynamic SQL are judged again.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ..patterns import regex
from .effects import DESTRUCTIVE, READ, RUN, UNKNOWN, WRITE, Payload, weight


class SqlVerdict(NamedTuple):
    """What a text of statements would do; `payloads` are the shell texts that it would run."""

    effect: str
    reason: str
    grave: bool = False
    payloads: tuple[Payload, ...] = ()


class _Token(NamedTuple):
    text: str  # a key word or name in upper case, a string with its quotes, or one sign
    level: int  # how many parentheses are open


_TOKEN = regex(
    r"--[^\n]*|/\*(?!!)|\#[^\n>-][^\n]*|'|\"|`|\$[A-Za-z_]{0,30}\$|\[[A-Za-z_][\w .]{0,120}\]"
    r"|\\[!A-Za-z][^\n]*|[A-Za-z_@][\w@$]*|\d[\w.]*|[;().,=*<>]",
)
_LINE_COMMAND = regex(r"\s*\.([a-z]+)([^\n]*)")
_OBJECTS = (
    "TABLE|DATABASE|SCHEMA|VIEW|MATERIALIZED|INDEX|SEQUENCE|FUNCTION|PROCEDURE|TRIGGER|USER|ROLE|LOGIN|TYPE|DOMAIN|"
    "EXTENSION|TABLESPACE|KEYSPACE|COLLECTION|CONSTRAINT|COLUMN|PARTITION|POLICY|RULE|SERVER|PUBLICATION|SUBSCRIPTION|"
    "EVENT|SYNONYM|PACKAGE|WAREHOUSE|STAGE|STREAM|TASK|PIPE|DICTIONARY|AGGREGATE|LANGUAGE|OPERATOR|CAST|OWNED|FOREIGN|"
    "EXTERNAL|TEMPORARY|TEMP|IF|UNIQUE|RETENTION|CONTINUOUS|SERIES|MEASUREMENT|SHARD|STATISTICS|ACCESS|CATALOG|GLOBAL|"
    "CREDENTIAL|ASSEMBLY|MODEL|CONNECTOR|GRAPH|NODE|ALL|RESOURCE|SHARE|INTEGRATION|ACCOUNT|ORGANIZATION|PROFILE"
)
# An ordinary English word after the verb means prose: "drop the table", "delete from my list".
_PROSE = (
    r"(?!-|(?:the|a|an|my|our|your|all|this|that|these|those|any|every|some|it|them|its|his|their|both|each)"
    r"(?:\s+[a-z]|$))"
)
_NAME = rf"{_PROSE}[\w.\"`\[\]@$#{{}}:%-]+"
# A query that reads no table: "select 1", "SELECT now()".
_VALUE = r"select\s+(?:[\d*'@(]|[\w.]+\s*\(|current_|version|now)"
_SELECTS_VALUE = regex(rf"\s*(?:\(\s*)*{_VALUE}", re.IGNORECASE)
_SQL = regex(
    rf"""\s*(?:\(\s*)*(?:
      drop\s+(?:{_OBJECTS})\b(?:\s+if\s+exists)?\s+(?!in\b|on\b|of\b|from\b|to\b|and\b){_NAME}
    | truncate\s+(?:table\s+{_NAME}|{_NAME}\s*(?:;|,|$|cascade|restart))
    | delete\s+(?:from\s+(?:only\s+)?{_NAME}\s*(?:;|$|where\b|using\b|as\b|\w+\s*(?:;|$|where\b)|limit\b|returning\b|order\b|\))
               |\w+\s+from\s+\w+.{{0,200}}\b(?:join|where)\b)
    | update\s+(?:only\s+|low_priority\s+|ignore\s+)?{_NAME}(?:\s+(?:as\s+)?\w+)?\s+set\s+{_NAME}\s*=
    | insert\s+(?:or\s+\w+\s+)?(?:ignore\s+)?(?:into|overwrite)\s+{_NAME}
    | replace\s+into\s+{_NAME}
    | merge\s+into\s+{_NAME}
    | select\b(?=.{{0,4000}}\bfrom\s+{_NAME})(?!\s+(?:the|a|an)\s)
    | {_VALUE}
    | with\s+(?:recursive\s+)?\w+\s*(?:\([^)]*\)\s*)?as\s*(?:not\s+)?(?:materialized\s*)?\(
    | alter\s+(?:{_OBJECTS}|SYSTEM|SESSION)\s+{_NAME}
    | create\s+(?:or\s+replace\s+)?(?:{_OBJECTS})\b\s+(?:concurrently\s+)?(?:if\s+not\s+exists\s+)?{_NAME}(?:\s*\(|\s+(?:as|on|for|with|using|returns|identified|from|in|to|owner|authorization|after|before)\b|\s*;|\s*$)
    | grant\s+[\w,\s()]{{1,200}}\s+(?:on|to)\s+{_NAME}
    | revoke\s+[\w,\s()]{{1,200}}\s+(?:on|from)\s+{_NAME}
    | explain\s+(?:analyze\s+|verbose\s+|\([^)]*\)\s*)*(?:select|delete|update|insert|with|merge)\b
    | vacuum\s*(?:;|$|full\b|analyze\b|freeze\b|\(|verbose\b)
    | (?:begin|start\s+transaction|commit|rollback)\s*(?:transaction\s*|work\s*)?;
    | (?:show|describe|desc)\s+(?:tables|databases|schemas|columns|index|indexes|create|grants|variables|processlist)\b
    | (?:call|exec|execute)\s+(?:immediate\s+'|\w+\s*\(|sp_\w+|xp_\w+)
    | do\s+\$\w*\$
    | (?:use\s+\w+|set\s+[\w.@]+\s*=[^;]*);
    | purge\s+(?:binary|master)\s+logs\b | reset\s+(?:master|slave|replica|query\s+cache)\b
    | (?:shutdown|flush\s+(?:privileges|tables|logs))\s*(?:;|$)
    | copy\s+{_NAME}\s*(?:\([^)]*\)\s*)?(?:from|to)\s
    | comment\s+on\s+(?:{_OBJECTS})\b | reindex\s+(?:{_OBJECTS})\b | refresh\s+materialized\b | analyze\s+\w+\s*;
    | detach\s+(?:delete|database|table)\b | attach\s+database\b | optimize\s+table\b | rename\s+table\b
    | match\s*\([^)]*\)
    )""",
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_LEADING = regex(r"\s*(?:(?:--[^\n]*(?:\n|$)|/\*.{0,2000}?\*/)\s*)*", re.DOTALL)
_FIRST = regex(r"[\s(]*([A-Za-z]{2,12})")
_VERBS = frozenset(
    "drop truncate delete update insert replace merge select with alter create grant revoke explain vacuum begin start commit "
    "rollback show describe desc call exec execute do use set purge reset shutdown flush copy comment reindex refresh analyze "
    "detach attach optimize rename match".split()
)
_LOOK = 6_000
_ALWAYS_TRUE = regex(r"(?:\(\s*)?(?:1\s*=\s*1|true|'1'\s*=\s*'1'|1)\s*\)?\s*$", re.IGNORECASE)
_DYNAMIC = frozenset(("EXECUTE", "EXEC", "PREPARE", "DO", "SP_EXECUTESQL"))
_READS = frozenset(
    "SELECT SHOW DESCRIBE DESC EXPLAIN HELP VALUES TABLE USE PRAGMA LIST STATUS WHO FETCH CHECKPOINT ANALYZE".split()
)
_WRITES = frozenset(
    "INSERT REPLACE MERGE CREATE ALTER COMMENT RENAME COPY LOAD IMPORT UPSERT REFRESH REINDEX VACUUM OPTIMIZE GRANT "
    "CLUSTER UPDATE LOCK UNLOCK BACKUP EXPORT ATTACH UNDROP FLUSH REPAIR RELEASE SAVEPOINT".split()
)
_RUNS = frozenset(
    "BEGIN COMMIT ROLLBACK START SET DECLARE CALL EXEC EXECUTE DO END IF WHILE LISTEN NOTIFY GO PRINT".split()
)
_KILLERS = frozenset(
    "PG_TERMINATE_BACKEND PG_CANCEL_BACKEND PG_DROP_REPLICATION_SLOT LO_UNLINK PG_FILE_UNLINK DROPGEOMETRYCOLUMN "
    "DBMS_SCHEDULER.DROP_JOB DROP_CHUNKS PG_RELOAD_SWITCH SP_DROPLOGIN SP_DROPUSER SP_DETACH_DB DBLINK_EXEC_DROP".split()
)
_SOFT_DROPS = frozenset(("NOT", "DEFAULT", "IDENTITY", "EXPRESSION"))
_NEAR_DELETE = frozenset(("ON", "FOR", "BEFORE", "AFTER", "OF", "OR", "GRANT", "INSTEAD", ","))
_WHERE_TEXT = regex(r"\bwhere\b", re.IGNORECASE)
MAX_DEPTH = 3


def is_sql(text: str) -> bool:
    """Tell whether `text` begins with an SQL statement, and not with English that uses the same words."""
    start = _LEADING.match(text, 0, _LOOK)
    first = _FIRST.match(text, start.end() if start else 0)
    if first is None or first.group(1).lower() not in _VERBS:
        return False
    statement = text[first.start() : _LOOK]
    if first.group(1).lower() == "select" and "from" not in statement.lower():
        return _SELECTS_VALUE.match(statement) is not None
    return _SQL.match(statement) is not None


def judge_sql(text: str, depth: int = 0) -> SqlVerdict:
    """Judge every statement of `text` and return the worst.

    `depth` counts the texts inside texts; beyond `MAX_DEPTH` the answer is unknown. Total on any string, linear time.
    """
    if depth > MAX_DEPTH:
        return SqlVerdict(UNKNOWN, "too many statements inside statements")
    payloads: list[Payload] = []
    verdicts = [_judge(statement, depth, payloads) for statement in _statements(text, payloads)]
    if not verdicts:
        return SqlVerdict(READ, "no statement", payloads=tuple(payloads))
    worst = max(verdicts, key=lambda verdict: (weight(verdict.effect), verdict.grave))
    return worst._replace(payloads=tuple(payloads))


# -- tokens --------------------------------------------------------------------------------------------------------


def _statements(text: str, payloads: list[Payload]) -> list[list[_Token]]:
    """Split `text` into statements of tokens; commands of the client that run a shell go to `payloads`."""
    statements: list[list[_Token]] = []
    current: list[_Token] = []
    level = position = 0
    fresh = True  # at the start of a line, where the commands of clients stand
    while position < len(text):
        if fresh:
            fresh = False
            dotted = _LINE_COMMAND.match(text, position)
            if dotted:
                statements.append(_client_command(dotted.group(1), dotted.group(2), payloads))
                position = dotted.end()
                fresh = True
                continue
        match = _TOKEN.search(text, position)
        if not match:
            break
        token, position = match.group(), match.end()
        if token[0] in "'\"`$" or token == "/*":
            position = _end_of_quote(text, token, position)
            if token != "/*":
                current.append(_Token(text[match.start() : position], level))
        elif token[0] == "\\":
            statements.append(
                _client_command(token[1:].split()[0] if token[1:].split() else "", token[2:], payloads)
            )
        elif token == ";":
            statements.append(current)
            current, level = [], 0
        elif not token.startswith(("--", "#")):
            level += (token == "(") - (token == ")")
            current.append(_Token(token.upper().strip("[]"), level))
    statements.append(current)
    return [statement for statement in statements if statement]


def _end_of_quote(text: str, opener: str, position: int) -> int:
    """Return the index after the quoted piece that `opener` begins."""
    closer = "*/" if opener == "/*" else opener
    while True:
        close = text.find(closer, position)
        if close < 0:
            return len(text)
        position = close + len(closer)
        if closer == "'" and text.startswith("'", position):  # '' is a quote inside a string
            position += 1
            continue
        return position


def _client_command(name: str, rest: str, payloads: list[Payload]) -> list[_Token]:
    r"""Turn a command of the client (``.shell``, ``\!``) into tokens, or a shell payload."""
    if name.startswith("!"):
        payloads.append(
            Payload("shell", (name[1:] + " " + rest.partition(name[1:])[2]) if len(name) > 1 else rest)
        )
    elif name in ("shell", "system"):
        payloads.append(Payload("shell", rest))
    elif name == "restore":
        return [_Token("DROP", 0), _Token("DATABASE", 0)]
    elif name in ("read", "i", "ir", "include", "source"):
        return [_Token("RUNS-A-FILE", 0)]
    return [_Token("SHOW", 0)]


# -- statements ----------------------------------------------------------------------------------------------------


def _judge(tokens: list[_Token], depth: int, payloads: list[Payload]) -> SqlVerdict:
    """Judge one statement."""
    words = [token.text for token in tokens if token.text != "("]
    first = words[0] if words else ""
    if first == "EXPLAIN" and not any(word in ("ANALYZE", "ANALYSE") for word in words[1:4]):
        return SqlVerdict(READ, "explains a statement")
    inner = _inner_texts(tokens, first)
    for text in inner:
        verdict = judge_sql(text, depth + 1)
        payloads.extend(verdict.payloads)
        if weight(verdict.effect) >= weight(UNKNOWN):
            return verdict
    if first == "COPY" and "PROGRAM" in words:
        payloads.extend(
            Payload("shell", token.text.strip("'")) for token in tokens if token.text.startswith("'")
        )
    if "XP_CMDSHELL" in words:
        payloads.extend(
            Payload("shell", token.text.strip("'")) for token in tokens if token.text.startswith("'")
        )
    return _loss(tokens, words, first) or _harmless(first)


def _inner_texts(tokens: list[_Token], first: str) -> list[str]:
    """Return the strings of a statement that runs strings."""
    if first not in _DYNAMIC and not any(token.text in ("EXECUTE", "SP_EXECUTESQL") for token in tokens):
        return []
    return [_body(token.text) for token in tokens if token.text[0] in "$'"]


def _body(quoted: str) -> str:
    """Return what stands between the quotes of ``'...'`` or ``$tag$...$tag$``."""
    if quoted[0] == "$":
        opener = quoted[: quoted.index("$", 1) + 1]
        return quoted[len(opener) :].removesuffix(opener)
    return quoted[1:].removesuffix("'").replace("''", "'")


def _harmless(first: str) -> SqlVerdict:
    if first in _READS or first in ("WITH", "MATCH", "RETURN"):
        return SqlVerdict(READ, f"{first} reads")
    if first in _WRITES:
        return SqlVerdict(WRITE, f"{first} changes data")
    if first in _RUNS:
        return SqlVerdict(RUN, f"{first} runs")
    return SqlVerdict(UNKNOWN, "not a known statement")


def _loss(tokens: list[_Token], words: list[str], first: str) -> SqlVerdict | None:
    """Return the verdict of a statement that loses something, else None."""
    second = words[1] if len(words) > 1 else ""
    defines = first == "CREATE" and any(
        word in ("TRIGGER", "FUNCTION", "PROCEDURE", "RULE", "POLICY") for word in words[1:6]
    )
    if first == "CREATE" and words[1:3] == ["OR", "REPLACE"] and "TABLE" in words[3:6]:
        return SqlVerdict(DESTRUCTIVE, "CREATE OR REPLACE TABLE drops the old table")
    if defines:
        return None
    if first in ("DROP", "UNDROP"):
        grave = second in ("DATABASE", "SCHEMA", "KEYSPACE", "TABLESPACE", "USER", "ROLE", "ACCOUNT")
        return SqlVerdict(DESTRUCTIVE, f"DROP {second} deletes it", grave) if first == "DROP" else None
    if first in ("TRUNCATE", "REVOKE", "SHUTDOWN", "KILL", "PURGE", "DENY"):
        return SqlVerdict(DESTRUCTIVE, f"{first} removes data, access or service")
    if first == "GRANT":
        return SqlVerdict(DESTRUCTIVE, "GRANT changes who has access")
    if first == "RESET" and second in ("MASTER", "SLAVE", "REPLICA", "PERSIST"):
        return SqlVerdict(DESTRUCTIVE, f"RESET {second} deletes the replication log")
    if first == "INSERT" and second == "OVERWRITE":
        return SqlVerdict(DESTRUCTIVE, "INSERT OVERWRITE replaces all rows")
    if first == "ALTER":
        return _alter(words)
    return _deletes(tokens, words) or _kills(words)


def _alter(words: list[str]) -> SqlVerdict | None:
    """Judge an ALTER statement by what follows each DROP, DISABLE or the like."""
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word == "DROP" and following not in _SOFT_DROPS:
            return SqlVerdict(DESTRUCTIVE, "ALTER ... DROP deletes a part of it")
        if word in ("TRUNCATE", "DISABLE", "OFFLINE", "NOLOGIN", "PURGE", "DETACH", "DELETE", "EXCHANGE"):
            return SqlVerdict(DESTRUCTIVE, f"ALTER ... {word} takes data or access away")
        if word == "ACCOUNT" and following == "LOCK":
            return SqlVerdict(DESTRUCTIVE, "ALTER USER ... LOCK takes access away")
    return None


def _deletes(tokens: list[_Token], words: list[str]) -> SqlVerdict | None:
    """Find DELETE, or UPDATE without a condition, anywhere in the statement (also inside WITH)."""
    previous = ""
    for index, token in enumerate(tokens):
        word = token.text
        following = tokens[index + 1].text if index + 1 < len(tokens) else ""
        if (
            word in ("DELETE", "REMOVE")
            and previous not in _NEAR_DELETE
            and previous != "."
            and following not in ("=", ".")
            and (word == "DELETE" or previous in ("", ")"))
        ):
            return SqlVerdict(DESTRUCTIVE, f"{word} deletes rows")
        if (
            word == "DROP"
            and previous not in ("", ".")
            and words[0] in ("WITH", "BEGIN", "IF", "DO")
            and following
        ):
            return SqlVerdict(DESTRUCTIVE, "DROP deletes it")
        if word == "TRUNCATE" and previous != "." and words[0] in ("BEGIN", "IF", "DO", "WITH"):
            return SqlVerdict(DESTRUCTIVE, "TRUNCATE deletes rows")
        updates = word == "UPDATE" and previous not in (
            "FOR",
            "ON",
            "DO",
            "OR",
            "KEY",
            ".",
            "GRANT",
            ",",
            "AFTER",
            "BEFORE",
        )
        if updates and _updates_all(tokens[index:], token.level):
            return SqlVerdict(DESTRUCTIVE, "UPDATE without a condition overwrites every row")
        previous = word
    return None


def _updates_all(tokens: list[_Token], level: int) -> bool:
    """Tell whether an UPDATE has SET but no WHERE that limits it."""
    own = []
    for token in tokens:
        if token.level < level:
            break
        if token.level == level:
            own.append(token.text)
    if "SET" not in own:
        return False
    if "WHERE" not in own:
        return True
    condition = " ".join(own[own.index("WHERE") + 1 :])
    return _ALWAYS_TRUE.match(condition) is not None


def _kills(words: list[str]) -> SqlVerdict | None:
    for word in words:
        if word in _KILLERS:
            return SqlVerdict(DESTRUCTIVE, f"{word.lower()} ends or deletes something")
    return None
