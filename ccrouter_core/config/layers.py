"""Merge the layers table by table into Settings; every value remembers the layer it came from."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import asdict, evolve

from ccrouter_core.config.faults import Fault, TomlPath, config_error, dotted
from ccrouter_core.config.sources import ConfigPath, Layer, config_paths, read_layers, state_home
from ccrouter_core.errors import UsageError
from ccrouter_core.settings import Origin, Settings, default_ladder

_DISABLE = ("ccrouter", "disable")


def load(
    path: Path | None = None,
    *,
    cwd: Path | None = None,
    environ: Mapping[str, str] = os.environ,
    overrides: Mapping[str, str] | Sequence[str] = (),
) -> Settings:
    """Return the settings of all layers; the plugins' tables stay as written until `make` reads them.

    Args:
        path: exactly this file, trusted, and no project file; it must exist. None = the user's file
            (`config.toml` in CCROUTER_HOME, else in the platform's configuration folder) and the nearest
            `ccrouter.toml` from `cwd` upwards, each if it exists.
        cwd: where the project file is looked for; None = the working folder.
        environ: `CCROUTER_SET_<TABLE>__<KEY>` sets `table.key`, for example
            `CCROUTER_SET_PLUGINS__ROUTING__PREFERENCE=cheap`; CCROUTER_HOME names the folder.
        overrides: the command line's, "dotted.key=value" or dotted key -> value. Values are TOML; a bare word
            is a string.

    Raises:
        ConfigError: with all faults of all layers.
    """
    files = config_paths(cwd, environ) if path is None else (ConfigPath(path=Path(path), trusted=True),)
    layers, faults = read_layers(files, environ, overrides, required=path is not None)
    if not layers and not faults:
        return Settings(home=state_home(environ))
    tree, origins = merge(layers)
    settings, more = _settings(tree, origins)
    if faults or more or settings is None:
        error = config_error((*faults, *more), origins)
        error.usable = _usable(*_heard(layers, (*faults, *more)), state_home(environ))
        raise error
    return evolve(settings, origins=origins, home=state_home(environ))


def _heard(
    layers: Sequence[Layer], faults: Sequence[Fault]
) -> tuple[dict[str, Any], dict[str, Origin], list[Fault]]:
    """Return the layers merged without the project's `disable`, which is refused, and the faults that are left."""
    trusted = [layer if layer.origin.trusted else _without_disable(layer) for layer in layers]
    tree, origins = merge(trusted)
    known = [layer.origin for layer in layers if not layer.origin.trusted and "disable" in _core(layer)]
    left = [fault for fault in faults if not (known and tuple(fault.path[:2]) == _DISABLE)]
    return tree, origins, left  # what the user's own `disable` has wrong is found again


def _core(layer: Layer) -> Mapping[str, Any]:
    table = layer.table.get("ccrouter")
    return table if isinstance(table, Mapping) else {}


def _without_disable(layer: Layer) -> Layer:
    """Return a layer without `disable`; one that has none as it is."""
    if "disable" not in _core(layer):
        return layer
    rest = {key: value for key, value in _core(layer).items() if key != "disable"}
    return evolve(layer, table={**layer.table, "ccrouter": rest})


def _usable(
    tree: Mapping[str, Any], origins: Mapping[str, Origin], faults: Iterable[Fault], home: Path | None
) -> Settings | None:
    """Return what the tables say without their faults; None when they may say which plugin must not be imported."""
    rest = {name: dict(table) if isinstance(table, Mapping) else table for name, table in tree.items()}
    for fault in faults:
        top, *below = fault.path or ("ccrouter",)
        table = rest.get(str(top))
        if top == "ccrouter" and below[:1] in ([], ["disable"]):
            return None
        if isinstance(table, dict) and below and top != "tiers":
            table.pop(str(below[0]), None)
        else:
            rest.pop(str(top), None)
    settings, left = _settings(rest, origins)
    return None if settings is None or left else evolve(settings, origins=origins, home=home)


def merge(layers: Iterable[Layer]) -> tuple[dict[str, Any], dict[str, Origin]]:
    """Return the layers merged table by table, and dotted key -> origin. A later layer wins; arrays are replaced."""
    tree: dict[str, Any] = {}
    origins: dict[str, Origin] = {}
    for layer in layers:
        _merge(tree, layer, layer.table, origins, ())
    return tree, origins


def _merge(
    into: dict[str, Any],
    layer: Layer,
    table: Mapping[str, Any],
    origins: dict[str, Origin],
    above: TomlPath,
) -> None:
    for key, value in table.items():
        path, held = (*above, key), into.get(key)
        name = dotted(path)
        if isinstance(value, Mapping) and value:
            if not held or not isinstance(held, dict):
                origins.pop(name, None)
                into[key] = held = {}
            _merge(held, layer, value, origins, path)
        elif not (isinstance(value, Mapping) and isinstance(held, dict)):
            if isinstance(held, dict):  # a table gives way to a value: so do the origins of its keys
                for known in [known for known in origins if known.startswith(f"{name}.")]:
                    del origins[known]
            into[key] = dict(value) if isinstance(value, Mapping) else value
            origins[name] = layer.origin


def _settings(tree: Mapping[str, Any], origins: Mapping[str, Origin]) -> tuple[Settings | None, list[Fault]]:
    """Return the settings, or None and what is wrong with the core's tables."""
    if _only_plugins(tree):
        return Settings(plugins=tree.get("plugins", {})), []
    from ccrouter_core.config.structure import structured  # noqa: PLC0415 - only when something is configured
    from ccrouter_core.config.tables import ConfigFile, ladder_of  # noqa: PLC0415
    from ccrouter_core.config.trust import refused  # noqa: PLC0415

    config, found = structured(ConfigFile, tree, ())
    faults = [_top_level(fault, tree) for fault in found]
    faults += refused(ConfigFile, tree, (), origins)
    if config is None:
        return None, faults
    try:
        ladder = ladder_of(config.tiers) if config.tiers else default_ladder()
    except UsageError as error:
        return None, [*faults, Fault(path=("tiers",), problem=error.why)]
    core = asdict(config.ccrouter, recurse=False)
    return Settings(**core, ladder=ladder, plugins=config.plugins), faults


def _only_plugins(tree: Mapping[str, Any]) -> bool:
    """Return whether core has nothing to convert, as in a fresh file of `config init`: that saves a slow import."""
    tables = tree.get("plugins", {})
    return (
        tree.keys() <= {"ccrouter", "plugins"}
        and tree.get("ccrouter", {}) == {}
        and isinstance(tables, Mapping)
        and all(isinstance(table, Mapping) for table in tables.values())
    )


def _top_level(fault: Fault, tree: Mapping[str, Any]) -> Fault:
    """Return a fault with words that fit the top of a file, where only tables stand."""
    if len(fault.path) != 1 or not fault.problem.startswith("no such option"):
        return fault
    from ccrouter_core.config.options import options_of  # noqa: PLC0415 - only for a mistake
    from ccrouter_core.config.tables import CoreTable  # noqa: PLC0415

    key = fault.path[0]
    if key in {option.name for option in options_of(CoreTable)}:
        return evolve(fault, problem=f"belongs in a table: write it below `[ccrouter]`, or as ccrouter.{key}")
    if isinstance(tree.get(str(key)), Mapping):
        return evolve(fault, problem=fault.problem.replace("no such option", "no such table"))
    return evolve(fault, problem="no such table, and options stand in tables such as `[ccrouter]`")
