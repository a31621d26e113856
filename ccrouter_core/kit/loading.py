"""Where a plugin to be checked comes from: what is installed, a module's file, or a folder with a `pyproject.toml`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from attrs import frozen

from ccrouter_core.config.sources import MAX_BYTES, Unreadable, parse
from ccrouter_core.errors import PluginError, UsageError
from ccrouter_core.files import read_text_limited
from ccrouter_core.kit.remarks import Remark
from ccrouter_core.plugin import plugin_name, snake_case
from ccrouter_core.registry import GROUP, EntryPointRef

_PROJECT = "pyproject.toml"


@frozen(kw_only=True)
class Candidate:
    """A plugin that is to be checked, not imported yet; `folder` is where its module lies when it is not installed."""

    ref: EntryPointRef
    folder: Path | None = None
    packaged: bool = True  # whether a distribution names it; a lone file has none

    @contextmanager
    def imported(self) -> Iterator[Any]:
        """Yield what its entry point names; a folder of its own is searched first, and forgotten afterwards.

        Raises:
            PluginError: it cannot be imported.
        """
        if self.folder is None:
            yield self.ref.load()
            return
        before = dict(sys.modules)
        for name in [
            name
            for name in sys.modules
            if name.partition(".")[0] == self.ref.value.partition(":")[0].partition(".")[0]
        ]:
            del sys.modules[name]  # an installed one of the same name must not be checked instead
        sys.path.insert(0, str(self.folder))
        try:
            yield self.ref.load()
        finally:
            sys.path.remove(str(self.folder))
            for name in set(sys.modules) - set(before):
                del sys.modules[name]
            sys.modules.update(before)


def candidates_at(path: Path) -> tuple[Candidate, ...]:
    """Return the plugins that a folder's `pyproject.toml` or a module's file brings.

    Raises:
        UsageError: there is no such file, or it brings none.
    """
    if path.is_dir():
        return _of_project(path)
    if path.suffix != ".py" or not path.is_file():
        raise UsageError(
            what=f"{path} cannot be checked",
            why="it is neither a Python module nor a folder with a pyproject.toml",
            fix="name the module's file, its folder, or the name of an installed plugin",
        )
    folder = path.resolve().parent
    described = _of_project(folder, module=path.stem) if (folder / _PROJECT).is_file() else ()
    return described or _of_module(folder, path.stem)


def _of_project(folder: Path, module: str | None = None) -> tuple[Candidate, ...]:
    """Return the plugins that the folder's `pyproject.toml` names, those of one module when it is given."""
    project = _project_table(folder / _PROJECT)
    points = _table(_table(project, "entry-points"), GROUP)
    found = tuple(
        Candidate(
            ref=EntryPointRef(name=name, value=str(value), distribution=str(project.get("name", ""))),
            folder=_source_folder(folder, str(value)),
        )
        for name, value in points.items()
        if module in {None, str(value).partition(":")[0]}
    )
    if not found and module is None:
        raise UsageError(
            what=f"{folder / _PROJECT} brings no plugin",
            why=f"it has no table [project.entry-points.{GROUP}]",
            fix=f'add [project.entry-points.{GROUP}] with a line such as sql = "ccrouter_sql:Sql"',
        )
    return found


def _source_folder(folder: Path, value: str) -> Path:
    """Return where the module of an entry point lies: beside the `pyproject.toml`, or below `src`."""
    top = value.partition(":")[0].partition(".")[0]
    in_src = (folder / "src" / top).exists() or (folder / "src" / f"{top}.py").exists()
    return (folder / "src" if in_src else folder).resolve()


def _project_table(path: Path) -> Mapping[str, Any]:
    if not path.is_file():
        raise UsageError(
            what=f"{path.parent} brings no plugin",
            why=f"there is no {path}",
            fix="name a module's file instead",
        )
    try:
        return _table(parse(read_text_limited(path, MAX_BYTES), str(path)), "project")
    except Unreadable as error:
        raise UsageError(what=f"{path} cannot be read", why=str(error.fault), fix="correct it") from error


def _table(around: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return the table of this name, an empty one when there is none or something else stands there."""
    found = around.get(name)
    return found if isinstance(found, Mapping) else {}


def _of_module(folder: Path, module: str) -> tuple[Candidate, ...]:
    """Return the plugins that a module without a `pyproject.toml` declares: the classes that @plugin made in it."""
    whole = Candidate(ref=EntryPointRef(name=module, value=module), folder=folder, packaged=False)
    try:
        with whole.imported() as loaded:
            classes = [
                value
                for value in vars(loaded).values()
                if isinstance(value, type) and "plugin_name" in vars(value) and value.__module__ == module
            ]
    except PluginError:  # nobody can tell what is in it; the check of the whole says why
        return (whole,)
    if not classes:
        raise UsageError(
            what=f"{folder / module}.py brings no plugin",
            why="no class in it is made by @plugin",
            fix="put @plugin before the class",
        )
    return tuple(
        Candidate(
            ref=EntryPointRef(name=plugin_name(cls), value=f"{module}:{cls.__name__}"),
            folder=folder,
            packaged=False,
        )
        for cls in classes
    )


def name_remarks(candidate: Candidate, cls: object) -> Iterator[Remark]:
    """Yield whether the plugin has one name in all places: distribution, import, entry point, table, class."""
    ref = candidate.ref
    name = plugin_name(cls) if isinstance(cls, type) else ref.name
    module = ref.value.partition(":")[0].partition(".")[0]
    wanted = [("entry point", ref.name, name), ("table", ref.name, name)]
    if isinstance(cls, type):
        wanted.append(("class, in snake case", snake_case(cls.__name__), name))
    if not ref.is_builtin:
        wanted.append(("import", module, f"ccrouter_{name}"))
        if candidate.packaged:
            wanted.append(
                (
                    "distribution",
                    ref.distribution.replace("_", "-").lower(),
                    f"ccrouter-{name.replace('_', '-')}",
                )
            )
    wrong = [(place, found, right) for place, found, right in wanted if found != right]
    for place, found, right in wrong:
        reason = f"{place}: {found or 'none'}, not {right}"
        yield Remark(
            check="names", state="broken", reason=reason, fix=f"name it {name} in all places: one word"
        )
    if not wrong:
        yield Remark(
            check="names", state="ok", reason=f"{name}: {', '.join(place for place, _, _ in wanted)}"
        )
    if not candidate.packaged:
        fix = f'write one with [project.entry-points.{GROUP}] and {name} = "{ref.value}"'
        yield Remark(check="names", state="advice", reason="no pyproject.toml beside it names it", fix=fix)
