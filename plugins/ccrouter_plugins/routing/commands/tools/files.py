"""Files and folders: what removes, empties, overwrites or locks them."""

from __future__ import annotations

import re

from ...patterns import regex
from .arguments import Arguments

TABLE = """
[rm grm srm shred wipe scrub rimraf del-cli] dry=no writes=all values=-n,--iterations,--size,-s
@nothing ? without an operand it does nothing
@root !! deletes a whole system or home folder
@device !! overwrites a whole device
@given ! deletes files
[trash-empty]
@always ! empties the trash
[trash trash-put gio-trash rmtrash trash-rm] writes=all
@given ! moves files to the trash
[unlink] dry=no writes=all
@given ! deletes a file
[rmdir] writes=all
@given ! removes folders
[mv gmv rename git-mv] places=-t writes=all default=+ values=-t,--target-directory,-S,--suffix
@null ! moves files into nothing
[cp gcp install ditto] places=-t writes=last reads=first default=+ values=-t,--target-directory,-S,--suffix,-m,--mode,-o,-g
@empty_source ! overwrites a file with nothing
@device !! overwrites a whole device
[scp] sshopts programs=-S writes=last default=+ values=-P,-i,-o,-F,-l,-c,-S,-J
[ln link] writes=last default=+ values=-t,-S
[mkdir touch mktemp mkfifo mknod] writes=all default=+ values=-m,--mode,-d,-r,-t,--reference,--date
[dd] dry=no writes=none
@dd_device !! overwrites a whole device
@dd_output ! overwrites a file or a device
* ? copies to standard output
[truncate] dry=no writes=all values=-s,--size,-r,--reference
@grows + makes a file larger
@given ! cuts files short
[fallocate] writes=all default=+ values=-l,-o
-p|--punch-hole|-c|--collapse-range|-z|--zero-range ! erases a part of a file
[tee sponge] writes=all default=+
@device !! overwrites a whole device
@given + writes files
[chmod] dry=no writes=rest default=+
@forbids ! takes away all access
@recursive @system_operand !! changes the permissions of system folders
@recursive @opens_root ! opens system folders to everyone
[chown chgrp setfacl chattr chflags chcon attrib icacls takeown] dry=no writes=rest default=+
@recursive @system_operand ! changes the owner of system folders
-b|--remove-all|-k ~@nothing ! removes access rules
[tar gtar bsdtar star] values=-f,--file,-C,--directory,-T,-X,--exclude,--checkpoint-action programs=-I,--use-compress-program,--to-command,--rsh-command,-F,--info-script,--new-volume-script places=-C,--directory writes=-f,--file default=+
--remove-files ! deletes the files after packing them
--delete ! deletes members of the archive
--recursive-unlink|--unlink-first|--overwrite-dir ! deletes what is in the way
@tar_lists ? lists an archive
@tar_extracts + unpacks an archive
[zip] values=-x,-i,-b default=+ writes=first
-m|--move ! deletes the files after packing them
-d|--delete ! deletes members of the archive
[unzip] values=-d,-x writes=-d default=+
-l|-v|-t|-p|-Z ? lists an archive
[gzip bzip2 xz zstd lz4 lzma compress gunzip bunzip2 unxz unzstd pigz] writes=all default=+
--rm ! deletes the files after packing them
-l|-t|-c|--list|--test|--stdout ? prints
[7z 7za 7zz] writes=none default=+
d ! deletes members of the archive
* -sdel ! deletes the files after packing them
l|t ? lists an archive
[rar unrar] default=+
d|m|mf ! deletes files
l|t|v ? lists an archive
[cpio pax ar] default=+
-d ! deletes members of the archive
d ! deletes members of the archive
[find gfind bfs] style=long default=? values=-name,-iname,-path,-type,-mtime,-size,-maxdepth,-mindepth,-newer,-user,-perm,-regex,-mmin
-delete ! deletes what it finds
-fprint|-fprintf|-fls + writes a file
[fd fdfind] default=? values=-e,-t,-d,-E,--extension,--type,--max-depth,--exclude
[locate mlocate plocate updatedb] default=?
[rsync] programs=-e,--rsh,--rsync-path values=--exclude,--include,--filter,-f,--files-from,--bwlimit,--port,--backup-dir,-T dry=-n writes=last default=+
--list-only ? lists files
--delete|--del|--delete-before|--delete-during|--delete-delay|--delete-after ! deletes files that the source does not have
--delete-excluded|--delete-missing-args ! deletes files that the source does not have
--remove-source-files|--remove-sent-files ! deletes the source files
[unison] default=+
-force|--force ! overwrites one side
[lsyncd mirrordir] default=+
[ls dir vdir tree exa eza lsd stat file du df realpath readlink basename dirname pathchk ncdu duf dust namei lsattr getfacl lsof] default=? values=-I,-w
[less more most] default=? values=-n
[cat tac nl head tail bat batcat wc cksum md5sum md5 sha1sum sha256sum sha512sum shasum b2sum sum od xxd hexdump strings zcat zless bzcat xzcat zgrep] default=? values=-n,-c
[split csplit] default=+ writes=last
[cmp comm diff colordiff sdiff diff3 delta difft vimdiff] default=?
[patch] default=+ writes=first values=-p,-i,-d dry=--dry-run
[dos2unix unix2dos] default=+ writes=all
[vim vi nvim ex ed view gvim vimdiff-edit rvim] default=+ writes=all payload=-c:ex,--cmd:ex stdin=ex values=-u,-i,-T,-w
-S % runs a script of editor commands
[emacs emacsclient] default=+ writes=all payload=--eval:code,-eval:code,--execute:code,-e:code
[nano code subl micro pico gedit open xdg-open kate helix hx cursor] default=+ writes=all
[stow chezmoi] default=+
-D|--delete ! removes links
destroy|purge|remove|forget ! removes managed files
[inotifywait inotifywatch fswatch] default=?
[exiftool jpegoptim optipng mogrify] default=+ writes=all
-delete_original ! deletes the originals
"""

_SYSTEM = frozenset(
    "etc usr bin sbin lib lib64 boot dev sys proc system library applications windows".split()
)
_TOPS = frozenset(
    "etc usr bin sbin lib lib64 boot dev sys proc home root var opt srv mnt media users volumes run data".split()
)
_DEVICE = regex(
    r"/dev/(?:sd|hd|vd|xvd|nvme|mmcblk|disk|rdisk|mapper/|md|dm-|loop|mem|kmem)|\\\\\.\\PhysicalDrive",
    re.IGNORECASE,
)
_HOME = regex(r"(?:~|\$\{?HOME\}?|\$env:USERPROFILE|/(?:home|Users)/[^/]+)(?:/?\*?|/\.)?", re.IGNORECASE)
_NO_ACCESS = regex(r"0?0{1,4}|[augo]*-rwx?|a-r|[augo]+=")
_ALL_ACCESS = regex(r"[0-7]?[0-7]?[0-7][2367]|[ao]*\+[rwx]*w[rwx]*|[ao]*=[rwx]*w[rwx]*")


def is_device(path: str) -> bool:
    """Tell whether `path` is a disk or memory device."""
    return _DEVICE.match(path) is not None


def is_root(path: str) -> bool:
    """Tell whether `path` is the root, a home, or a whole top folder of the system."""
    bare = path.rstrip("/*.").rstrip("/") if path not in (".", "..") else path
    if path.startswith("/") and not bare:
        return True
    if _HOME.fullmatch(path) or re.fullmatch(
        r"[A-Za-z]:[\\/]?\*?(?:windows|users)?[\\/]?\*?", path, re.IGNORECASE
    ):
        return True
    pieces = bare.strip("/").split("/")
    return path.startswith("/") and len(pieces) == 1 and pieces[0].lower() in _TOPS


def is_system(path: str) -> bool:
    """Tell whether `path` is a root or lies in a folder of the operating system."""
    if is_root(path):
        return True
    pieces = path.strip("/").lower().split("/")
    if not path.startswith("/") or pieces[0] not in _SYSTEM:
        return False
    return pieces[:2] != ["usr", "local"] or len(pieces) < 3


def _given(arguments: Arguments) -> bool:
    return bool(arguments.fields)


def _nothing(arguments: Arguments) -> bool:
    return not arguments.fields


def _any_root(arguments: Arguments) -> bool:
    return any(is_root(text) for text in arguments.texts())


def _any_device(arguments: Arguments) -> bool:
    texts = arguments.texts()
    return bool(texts) and is_device(texts[-1])


def _recursive(arguments: Arguments) -> bool:
    return any(map(arguments.has, ("-R", "-r", "--recursive", "/T", "/t"))) or "/T" in arguments.texts()


def _system_operand(arguments: Arguments) -> bool:
    return any(is_system(text) for text in arguments.texts()[1:])


def _opens_root(arguments: Arguments) -> bool:
    texts = arguments.texts()
    return (
        bool(texts)
        and _ALL_ACCESS.fullmatch(texts[0]) is not None
        and any(is_root(text) for text in texts[1:])
    )


def _forbids(arguments: Arguments) -> bool:
    mode = next((field.text for field in arguments.fields if not field.text.startswith("--")), "")
    for field in arguments.fields:
        if not re.fullmatch(r"-[Rrvfc]+|--\S+", field.text):
            mode = field.text
            break
    return _NO_ACCESS.fullmatch(mode) is not None


def _dd(arguments: Arguments) -> str:
    return next((text[3:] for text in arguments.texts() if text.lower().startswith("of=")), "")


def _grows(arguments: Arguments) -> bool:
    size = arguments.flags.get("-s", arguments.flags.get("--size", ""))
    return size.startswith("+")


def _tar_mode(arguments: Arguments) -> str:
    first = arguments.fields[0].text if arguments.fields else ""
    return first if first and not first.startswith("-") and first.isalpha() else ""


def _harmless_source(arguments: Arguments) -> bool:
    texts = arguments.texts()
    return len(texts) > 1 and "/dev/null" in texts[:-1] and texts[-1] != "/dev/null"


def _to_null(arguments: Arguments) -> bool:
    texts = arguments.texts()
    return len(texts) > 1 and texts[-1] == "/dev/null"


def _tar_lists(arguments: Arguments) -> bool:
    return "t" in _tar_mode(arguments) or arguments.has("-t") or arguments.has("--list")


def _tar_extracts(arguments: Arguments) -> bool:
    return "x" in _tar_mode(arguments) or arguments.has("-x") or arguments.has("--extract")


PREDICATES = {
    "given": _given,
    "nothing": _nothing,
    "always": lambda _arguments: True,
    "root": _any_root,
    "device": _any_device,
    "recursive": _recursive,
    "system_operand": _system_operand,
    "opens_root": _opens_root,
    "forbids": _forbids,
    "null": _to_null,
    "empty_source": _harmless_source,
    "dd_device": lambda arguments: is_device(_dd(arguments)),
    "dd_output": lambda arguments: _dd(arguments) not in ("", "/dev/null", "/dev/stdout", "-"),
    "grows": _grows,
    "tar_lists": _tar_lists,
    "tar_extracts": _tar_extracts,
}
