"""Transfers and requests over the network."""

from __future__ import annotations

import re

from ...patterns import regex
from ..effects import DESTRUCTIVE
from ..sql import is_sql, judge_sql
from .arguments import Arguments
from .verbs import path_destroys

TABLE = """
[curl curlie] values=-X,--request,-H,--header,-d,--data,--data-raw,--data-binary,--data-urlencode,--json,-o,--output,-u,--user,-T,--upload-file,-F,--form,-A,--user-agent,-b,--cookie,-c,--cookie-jar,-e,--referer,-x,--proxy,-m,--max-time,-w,--write-out,--connect-timeout,-Q,--quote,--retry,-K,--config,--url,-E,--cert,--key,--cacert,--resolve,-r dry=no default=? writes=-o,--output
@deletes_remote ! deletes over the network
-Q|--quote ! sends raw commands to a server
-T|--upload-file + sends a file
@sends + sends data
-o|--output|-O|--remote-name + writes a file
[http https xh xhs httpie httpx ht bat-http] default=? values=-a,--auth,-o,--output,--session,-A writes=-o,--output dry=--offline
@deletes_words ! deletes over the network
-o|--output|-d|--download + writes a file
@sends_words + sends data
[wget wget2 aria2c axel lftpget] values=-O,--output-document,-P,--directory-prefix,-o,-a,-i,-U,--header,--method,--body-data,--post-data,-d,-x,-j dry=--spider default=+ writes=-O,--output-document,-o
@deletes_remote ! deletes over the network
[grpcurl grpc_cli evans websocat wscat] default=verb values=-d,-H,-proto,-import-path
@rpc_deletes ! deletes over the network
[sftp] sshopts programs=-S stdin=ftp values=-P,-b,-i,-F,-J,-c,-B,-l,-R default=>
[lftp ftp ncftp tnftp] payload=-e:ftp,-c:ftp stdin=ftp values=-u,-p,-P,-b,-i default=>
[nc ncat netcat telnet socat] stdin=line default=> values=-w,-p,-s
-e|-c|--exec|--sh-exec % hands a shell to the network
-z ? tests a port
[yt-dlp youtube-dl gallery-dl httrack] default=+
[ssh-keyscan openssl-s_client dog drill kdig whois2 speedtest speedtest-cli iperf iperf3 mtr2 curlftpfs wrk2 httpstat] default=?
[rndc unbound-control pdnsutil pdns_control nsupdate knotc] default=?
delzone|flush|flushname|flushtree|stop|halt|delete-zone|delete-rrset|remove-zone-key|purge|zone-purge|freeze|disable-zone-key|unset-* ! removes names
[postman insomnia bruno hurl] default=> dry=--offline
[mail-delete imapsync offlineimap mbsync isync getmail fetchmail] default=+
--delete1|--delete2|--expunge|--delete2duplicates|--delete ! deletes messages
"""

_DELETING_BODY = regex(
    r"mutation\b[^{]{0,200}\{\s*\w{0,40}?(?:delete|remove|destroy|purge)"
    r"|\"(?:delete|remove|remove_index|delete_index|deleteMany|dropDatabase|drop)\"\s*:\s*[\[{\"]"
    r"|\bmethod\W{1,8}(?:delete|remove|purge|drop)",
    re.IGNORECASE,
)


def _method(arguments: Arguments) -> str:
    for flag in ("-X", "--request", "--method"):
        value = arguments.flags.get(flag, "")
        if value:
            return value.strip("='\"").upper()
    return ""


def _bodies(arguments: Arguments) -> list[str]:
    flags = (
        "-d",
        "--data",
        "--data-raw",
        "--data-binary",
        "--data-urlencode",
        "--json",
        "--body-data",
        "--post-data",
    )
    return [arguments.flags[flag] for flag in flags if flag in arguments.flags]


def _body_deletes(body: str) -> bool:
    return bool(_DELETING_BODY.search(body)) or (is_sql(body) and judge_sql(body).effect == DESTRUCTIVE)


def _deletes_remote(arguments: Arguments) -> bool:
    method, bodies = _method(arguments), _bodies(arguments)
    if method in ("DELETE", "PURGE", "BAN", "UNLINK", "DROP"):
        return True
    if any(
        re.search(r"(?:^|[\s:])x-http-method(?:-override)?:\s*delete", field.text, re.IGNORECASE)
        for field in arguments.fields
    ):
        return True
    if any(_body_deletes(body) for body in bodies):
        return True
    posts = method in ("POST", "PUT", "PATCH") or (bool(bodies) and method != "GET")
    return any(
        path_destroys(text, posts=posts) for text in [*arguments.texts(), arguments.flags.get("--url", "")]
    )


def _deletes_words(arguments: Arguments) -> bool:
    texts = arguments.texts()
    if any(text.upper() in ("DELETE", "PURGE") for text in texts[:2]):
        return True
    posts = any(text.upper() in ("POST", "PUT", "PATCH") for text in texts[:2])
    return any(path_destroys(text, posts=posts) for text in texts[:3])


def _sends(arguments: Arguments) -> bool:
    return _method(arguments) in ("POST", "PUT", "PATCH") or bool(_bodies(arguments)) or arguments.has("-F")


def _sends_words(arguments: Arguments) -> bool:
    texts = arguments.texts()
    return any(text.upper() in ("POST", "PUT", "PATCH") for text in texts[:2]) or any(
        "=" in text for text in texts[1:]
    )


def _rpc_deletes(arguments: Arguments) -> bool:
    return any(
        re.search(r"[./](?:Delete|Remove|Destroy|Purge|Drop)\w{0,60}$", text) for text in arguments.texts()
    )


PREDICATES = {
    "deletes_remote": _deletes_remote,
    "deletes_words": _deletes_words,
    "sends": _sends,
    "sends_words": _sends_words,
    "rpc_deletes": _rpc_deletes,
}
