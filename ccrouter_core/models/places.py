"""Where the files of a request lie: inside of its project, or nowhere that it may speak of."""
# Names are compared as texts here, and pathlib would cost more than all of it:
# ruff: noqa: PTH100, PTH111, PTH117, PTH118

from __future__ import annotations

import os

from ccrouter_core.models.values import refused, unusable

MAX_PATH_CHARS = 4_096


def check_folder(folder: str | None) -> None:
    """Refuse a folder's name that no file system could have; None is fine."""
    problem = None if folder is None else unusable(folder, MAX_PATH_CHARS)
    if problem:
        raise refused("the request's cwd", problem, "name the folder of the project")


def in_project(names: tuple[str, ...], folder: str | None) -> tuple[str, ...]:
    """Return the names of files of a project; nothing has to exist.

    They stay as they are, but for one that leads into the project by another way, such as a symbolic link around the
    folder: that one becomes relative to the folder.

    Args:
        names: relative to the folder, or absolute.
        folder: the project; None = the working folder.

    Raises:
        UsageError: a name is none, or leads out of the project.
    """
    return tuple(_in_project(name, folder) for name in names)


def _in_project(name: str, folder: str | None) -> str:
    problem = unusable(name, MAX_PATH_CHARS)
    if problem:
        raise refused("the name of a file", problem, "name files of the project")
    plain = os.path.normpath(os.path.expanduser(name) if name == "~" or name.startswith("~/") else name)
    if not os.path.isabs(plain) and plain.split(os.sep, 1)[0] != os.pardir:
        return name
    root = os.path.abspath(folder or os.curdir)
    path = os.path.normpath(os.path.join(root, plain))
    if _is_below(path, root):
        return name
    real, real_root = os.path.realpath(path), os.path.realpath(root)
    if _is_below(real, real_root):
        return os.path.relpath(real, real_root)
    raise refused(
        f"the file {name[:MAX_PATH_CHARS]!r}",
        f"it lies outside of the project, which is {root}",
        "name files of the project, or go to the folder that holds all of them (ccrouter -C DIR)",
    )


def _is_below(path: str, root: str) -> bool:
    return path == root or path.startswith(root.rstrip(os.sep) + os.sep)
