"""Text tools and shell builtins: they print; a few of them can also write."""

from __future__ import annotations

from ...patterns import regex
from .arguments import Arguments

TABLE = """
[echo printf print pwd whoami id groups users who w last lastb date cal uptime hostname uname arch env-print printenv locale tty nproc free vmstat iostat mpstat sar true false : test expr seq yes sleep wait jobs times logname hostid getent getconf lscpu lsblk lsusb lspci lsmod lshw dmidecode blkid findmnt numfmt factor bc dc cowsay figlet banner fortune tput clear reset stty dirs fc help return break continue exit logout shift let cd pushd popd z disown fg bg umask ulimit set shopt getopts read mapfile readarray local export declare typeset readonly setopt complete compgen bind enable caller history-print neofetch fastfetch sw_vers system_profiler ver vol cls chcp whence where tldr cheat] default=? dry=no
[unset unalias unfunction] default=? dry=no
[grep egrep fgrep rg ag ack pcregrep ugrep git-grep] default=? values=-e,-f,-m,-A,-B,-C,-g,-t
[sed gsed] values=-e,-f,--expression,--file writes=none default=?
@in_place @sed_empties ! deletes every line of the file
@in_place + edits files in place
[awk gawk mawk nawk] values=-F,-v,-f,-i operand=0:awk default=? writes=none
-i + edits files in place
[sort uniq cut paste join tr rev fold fmt column expand unexpand pr nl look tsort shuf iconv base64 base32 gbase64 uuencode uudecode jq yq xq gron xmllint xsltproc csvcut csvgrep csvlook csvstat mlr miller dasel htmlq pup fx jless hexyl glow pandoc aspell hunspell wordcount ascii qrencode sdiff choose sd fzf peco pv ts] default=? values=-o,-d,-t,-k,-f,-w,-F writes=-o,--output
@in_place + edits files in place
[history] default=?
-c|-d|-w ! deletes the command history
[man] default=? programs=-P,--pager values=-S,-s,-M,-L,-m,-k writes=none
[which whereis type hash info apropos whatis command-not-found tldr] default=? writes=none
[alias] default=>
[time-print gettext envsubst m4] default=?
[ps top htop btop atop glances pgrep pidof pstree fuser-list lsns iotop nethogs iftop] default=?
[fuser] default=?
-k|--kill ! kills the processes that use a file
[watch-file tac] default=?
"""

_DELETES_ALL = regex(r"(?:\d+,\$|1,\$)?d|(?:/\.\*/|/\^/|/\$/|//)d|s/\.\*//g?")


def _in_place(arguments: Arguments) -> bool:
    return any(flag in ("-i", "--in-place", "--inplace") for flag in arguments.flags)


def _sed_empties(arguments: Arguments) -> bool:
    scripts = [arguments.flags.get("-e", ""), arguments.flags.get("--expression", "")]
    return any(_DELETES_ALL.fullmatch(text) for text in [*scripts, *arguments.texts()[:1]])


PREDICATES = {"in_place": _in_place, "sed_empties": _sed_empties}
