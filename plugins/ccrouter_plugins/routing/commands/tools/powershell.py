"""PowerShell cmdlets (by their verb) and the commands of cmd.exe."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .arguments import Arguments

TABLE = """
[del erase rd ri rmdir-windows deltree] dry=-whatif,-WhatIf style=long writes=all
@given ! deletes files
[robocopy] default=+ dry=/l
@mirrors ! deletes files that the source does not have
[xcopy copy cpi] default=+ writes=last
[move mi ren rni rename-item] default=+ writes=all
[md ni sc-set] default=+ writes=all
[type-file gc gci gcm gm gps gsv gal gp gl fl ft fw select sls measure sort-object where-object ? compare dir-ps cat-ps findstr find-str where.exe more.com tasklist.exe systeminfo.exe set-location sl] default=? style=long
[clc clear-host-x rp rv ral clhy] style=long dry=-whatif
@given ! clears content or settings
[spps sasv-stop spsv kill-ps] style=long dry=-whatif
@given ! stops a process or a service
[sasv saps start-process] default=>
[iex] operand=all:shell default=%
[icm] default=> style=long
[irm iwr] style=long default=? values=-method,-uri,-body,-headers,-outfile
@method_deletes ! deletes over the network
-method + sends data
[wmic] default=?
@wmic_deletes ! deletes or stops
[psservice pskill pssuspend psshutdown] default=!
[rundll32 regsvr32 mshta certutil.exe wscript cscript msiexec] default=%
[icacls-reset subst assoc ftype setx title color prompt verify-cmd label] default=>
[openfiles query qwinsta] default=?
[logoff tsdiscon rwinsta]
@always ! ends a session
[dsrm]
@always ! deletes a directory entry
"""

_EFFECTS = {
    "read": "get test show find measure select where group sort compare resolve convertto convertfrom join split trace "
    "wait out write read debug ping search tee foreach confirm assert watch view format",
    "write": "new set add copy move rename import export update install publish save enable grant edit register mount "
    "compress expand backup sync merge lock unlock protect unprotect initialize push pop enter exit optimize repair "
    "restore checkpoint resize convert use connect send limit hide open close approve block switch redo undo request",
    "run": "start restart invoke resume build deploy",
    "destructive": "remove clear stop disable uninstall reset revoke unregister dismount suspend delete deny disconnect "
    "complete-delete purge",
}
_BY_VERB = {verb: effect for effect, verbs in _EFFECTS.items() for verb in verbs.split()}
_DANGEROUS = frozenset(
    "format-volume initialize-disk clear-disk remove-partition reset-physicaldisk stop-computer restart-computer "
    "reset-computermachinepassword remove-storagepool".split()
)
_HARMLESS = frozenset(
    "clear-host clear-variable remove-variable remove-module remove-typedata clear-history-view".split()
)


def cmdlet_effect(name: str) -> tuple[str, bool] | None:
    """Return the effect of a cmdlet and whether it is grave, by its ``Verb-Noun`` name; None when it is no cmdlet."""
    lowered = name.lower()
    verb, dash, noun = lowered.partition("-")
    if not dash or not noun.isalnum() or verb not in _BY_VERB:
        return None
    if lowered in _DANGEROUS:
        return "destructive", True
    if lowered in _HARMLESS:
        return "run", False
    return _BY_VERB[verb], False


def _method_deletes(arguments: Arguments) -> bool:
    return arguments.flags.get("-method", "").lower() == "delete"


def _wmic_deletes(arguments: Arguments) -> bool:
    words = [text.lower() for text in arguments.texts()]
    return any(
        word in ("delete", "terminate", "stopservice", "uninstall", "reboot", "shutdown") for word in words
    )


PREDICATES = {
    "given": lambda arguments: bool(arguments.fields),
    "always": lambda _arguments: True,
    "mirrors": lambda arguments: any(
        text.lower() in ("/mir", "/purge", "/move", "/mov") for text in arguments.texts()
    ),
    "method_deletes": _method_deletes,
    "wmic_deletes": _wmic_deletes,
}
