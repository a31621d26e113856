"""Names that moved into the standard library after Python 3.10, each imported on first use.

`from ccrouter_core._compat import tomllib` works everywhere and `import ccrouter_core._compat` itself loads nothing.
"""

from __future__ import annotations

import sys

__all__ = ["Self", "StrEnum", "dataclass_transform", "entry_points", "metadata", "override", "tomllib"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    import enum
    from importlib import metadata
    from importlib.metadata import entry_points

    from typing_extensions import Self, dataclass_transform, override

    if sys.version_info >= (3, 11):
        from enum import StrEnum

        import tomllib
    else:
        import tomli as tomllib

        class StrEnum(str, enum.Enum): ...


_NEW_TYPING = "typing" if sys.version_info >= (3, 11) else "typing_extensions"
_METADATA = "importlib.metadata" if sys.version_info >= (3, 12) else "importlib_metadata"

# Public name -> (module, attribute of it or None for the module itself).
_SOURCES: dict[str, tuple[str, str | None]] = {
    "tomllib": ("tomllib" if sys.version_info >= (3, 11) else "tomli", None),
    "metadata": (_METADATA, None),
    "entry_points": (_METADATA, "entry_points"),
    "Self": (_NEW_TYPING, "Self"),
    "dataclass_transform": (_NEW_TYPING, "dataclass_transform"),
}
if sys.version_info >= (3, 12):
    _SOURCES["override"] = ("typing", "override")
if sys.version_info >= (3, 11):
    _SOURCES["StrEnum"] = ("enum", "StrEnum")


def _override(method: object) -> object:
    """Mark a method as overriding one of a base class: `typing.override` for Python before 3.12."""
    try:
        method.__override__ = True  # type: ignore[attr-defined]
    except (AttributeError, TypeError):  # slots and built-ins take no mark; typing.override ignores that too
        return method
    return method


def _str_enum() -> type:
    """Return `enum.StrEnum` for Python 3.10: members are and print as their value."""
    import enum  # noqa: PLC0415 - on first use

    class StrEnum(str, enum.Enum):
        __str__ = str.__str__

        def __format__(self, spec: str) -> str:
            return str.__format__(self, spec)

        @staticmethod
        def _generate_next_value_(name: str, *_: object) -> str:
            return name.lower()

    return StrEnum


def __getattr__(name: str) -> object:
    """Import the name on first use (PEP 562) and keep it in the module."""
    import importlib  # noqa: PLC0415 - on first use

    if name in _SOURCES:
        module, attribute = _SOURCES[name]
        value = importlib.import_module(module)
        found: object = value if attribute is None else getattr(value, attribute)
    elif name == "override":
        found = _override
    elif name == "StrEnum":
        found = _str_enum()
    else:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    globals()[name] = found
    return found
