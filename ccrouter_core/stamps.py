"""A file's identity by content, because size and change time do not prove a file unchanged."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from ccrouter_core.models import FileStamp

_CHUNK_BYTES = 1 << 20


def stamp(path: Path, name: str | None = None) -> FileStamp:
    """Return the stamp of a file under the name given (default: the path). A missing file has an empty digest."""
    digest = hashlib.sha256()
    size = 0
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK_BYTES):
                digest.update(chunk)
                size += len(chunk)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return FileStamp(path=name or str(path), size_bytes=0, sha256="")
    return FileStamp(path=name or str(path), size_bytes=size, sha256=digest.hexdigest())


def stamps(root: Path, names: Iterable[str]) -> tuple[FileStamp, ...]:
    """Return the stamps of files named relative to `root` (or absolutely), sorted by name."""
    return tuple(stamp(root / name, name) for name in sorted(set(names)))
