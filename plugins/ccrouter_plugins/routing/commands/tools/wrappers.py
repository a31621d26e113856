"""Commands that run another command: the judge looks through them."""

from __future__ import annotations

from .arguments import Arguments

TABLE = """
[sudo doas pkexec run0 sudoedit gosu-root] wrap=0 values=-u,-g,-h,-p,-C,-r,-t,-U,-D,-R,-T,--user,--group,--chdir,--host,--prompt,--close-from
-l|-v|-V ? asks what is allowed
[env genv] wrap=0 values=-u,-C,-P,--unset,--chdir payload=-S:shell,--split-string:shell
[command builtin] wrap=0
-v|-V ? looks a command up
[exec] wrap=0 values=-a
[nohup setsid disown-run unbuffer caffeinate rlwrap stdbuf-run catchsegv valgrind strace ltrace perf-run eatmydata fakeroot proxychains proxychains4 torsocks tsocks dbus-run-session xvfb-run pkgx softwareupdate-run gtimeout-run noti nocorrect noglob coproc chronic ifne mispipe vipe-run aws-okta cgexec setarch linux32 linux64 i386 uniq-run dotenv envchain] wrap=0 values=-o,-e,-p,-f,-s,-n,-a,-g,-w,-i,-t
[time gtime] wrap=0 values=-f,-o,--format,--output
[stdbuf] wrap=0 values=-i,-o,-e,--input,--output,--error
[nice gnice] wrap=0 values=-n,--adjustment
[ionice] wrap=0 values=-c,-n,--class,--classdata
-p ? shows
[renice] default=+
[chrt taskset] wrap=1
-p|--pid ? shows or sets a process
[numactl prlimit cpulimit systemd-inhibit] wrap=0 values=-l,-p,-c,-m,-N,-C,-i,-b
[timeout gtimeout] wrap=1 values=-k,-s,--kill-after,--signal
[flock lockf setlock] wrap=1 values=-w,-E,-c,--timeout payload=-c:shell,--command:shell
[chroot] wrap=1 values=--userspec,--groups
[unshare nsenter firejail bwrap proot schroot arch-chroot systemd-nspawn runuser-root setpriv capsh runcon sg] wrap=0 values=-t,-S,-G,-r,-w,-R,-u,--target,--bind,--ro-bind,--proc,--dev,--chdir,-D,-M
[systemd-run] wrap=0 values=-u,-p,--unit,--property,-M,-t,--on-calendar,--on-active,--slice
[su runuser] payload=-c:shell,--command:shell,--session-command:shell values=-s,-g,-G,--shell stdin=shell default=>
[script scriptreplay] payload=-c:shell,--command:shell default=>
[xargs gxargs] wrap=0 values=-I,-i,-n,-P,-d,-L,-s,-E,-a,-J,-R,--max-args,--max-procs,--delimiter,--replace,--arg-file,--max-lines more
[parallel sem rush] wrap=0 join values=-j,-I,-S,-a,-n,-N,-k,-C,--jobs,--colsep,--arg-file,--delay,--timeout,--joblog,--results more
[watch viddy hwatch] wrap=0 join values=-n,--interval
[entr] wrap=0 values=-s
[watchexec cargo-watch-run nodemon-run] wrap=0 values=-e,-w,-i,-s,--exts,--watch,--ignore,--signal
[hyperfine] default=> values=-w,-r,-m,--warmup,--runs,--export-json,--export-markdown payload=-p:shell,--prepare:shell,-c:shell,--cleanup:shell,--setup:shell operand=all:shell
[concurrently npm-run-all run-p run-s wsrun] default=> values=-n,-c,--names operand=all:shell
[eval] wrap=0 join
[trap] operand=0:shell default=> values=
-l|-p ? lists
[source .] script stdin=shell default=>
[busybox toybox] wrap=0
--list|--help ? lists
[ssh autossh mosh sshpass-ssh dbclient] wrap=1 join sshopts values=-i,-p,-l,-L,-R,-D,-F,-J,-b,-c,-E,-e,-m,-O,-Q,-S,-W,-w,-B,-I stdin=shell
[sshpass] wrap=0 values=-p,-f,-d,-P
[rsh rexec] wrap=1 join values=-l
[pdsh clush pssh parallel-ssh dsh mpssh] wrap=0 join values=-w,-g,-l,-f,-x,-h,-H,-t,-a,-c,-u,-R
[salt] wrap=1 join
* cmd.run =0 runs a command on other machines
* state.apply|state.sls|state.highstate + changes other machines
* test.ping|grains.items|grains.get ? asks other machines
* *remove*|*delete*|*purge*|*kill*|*stop*|*absent* ! removes something on other machines
[adb] default=> values=-s,-t
shell|exec-out =0 runs a command on a device
uninstall|unroot|reboot|disable-verity ! removes an app
install|push|root|remount + changes a device
devices|logcat|pull|get-state|version|bugreport ? reads a device
[fastboot]
erase|format|flash|flashall|oem|flashing|update|-w !! overwrites a device
-w !! erases a device
devices|getvar ? reads a device
[tmux screen zellij] default=> values=-t,-s,-L,-S,-n,-c,-p
kill-session|kill-server|kill-window|kill-pane|delete-session|delete-all-sessions|kill-all-sessions|ka ! ends sessions
new-session|new|new-window|neww|split-window|splitw|respawn-pane|run-shell|if-shell|display-popup =0 runs a command
send-keys|send =0 types a command
ls|list-sessions|list-windows|list-panes|capture-pane|-ls|show-options|info ? lists sessions
-X ! controls a session
-ls|-list ? lists sessions
[direnv] default=>
exec =1 runs a command
[asdf mise rtx] default=verb
exec =1 runs a command
x|run =-- runs a command
[nix-shell] payload=--run:shell,--command:shell values=-p,-I,-A default=>
[nix] default=verb values=-I,--option
develop|shell -c|--command =c runs a command
store gc|delete ! deletes packages
profile remove|wipe-history|rollback ! removes packages
build|run|eval|flake|search|fmt|repl > builds or runs
[aws-vault] default=verb
exec =1 runs a command
[op] default=verb values=--account,--vault,--format,--env-file,--session,--fields
run =-- runs a command
item|document|vault|user|group|account get|list|info ? reads
item|document -a|--archive delete + archives an item
signin|whoami|inject|update|read|completion > reads
signout|account forget + signs out
[doppler] default=verb values=-p,-c,--project,--config,-t,--token,--format,--command payload=--command:shell
run =-- runs a command
[chamber summon berglas-run teller infisical dotenvx dotenv-cli env-cmd cross-env cross-env-shell with-env] wrap=0 values=-f,-e,-p,--env,--file,-w
delete|secrets|rotate * ! changes secrets
run|exec =-- runs a command
[vagrant] default=verb
ssh -c|--command =c runs a command
destroy|halt|suspend ! takes a machine away
box remove|prune ! deletes boxes
snapshot delete|restore|pop ! loses the state of a machine
up|provision|reload|resume > starts a machine
status|global-status|ssh-config|port|version ? shows machines
[multipass lxc incus] default=verb
exec =1 runs a command
delete|purge|stop|suspend|restore ! takes a machine away
list|info|find|ls|networks|version ? shows machines
[limactl colima orb] default=verb
shell|ssh =0 runs a command
[virsh] default=?
destroy|undefine|shutdown|reset|suspend|managedsave|vol-delete|vol-wipe|pool-delete|pool-destroy|net-destroy|net-undefine|snapshot-delete|snapshot-revert|detach-disk|blockcommit ! takes a machine away
[vboxmanage] default=>
unregistervm|closemedium|controlvm|discardstate ! takes a machine away
* * delete|poweroff|reset|restore ! loses the state of a machine
snapshot * delete|restore ! loses the state of a machine
list|showvminfo|showmediuminfo ? shows machines
[qm pct pvesh] default=?
destroy|stop|shutdown|rollback|reset|delsnapshot|unlink|delete ! takes a machine away
exec =1 runs a command
[wsl wsl.exe] wrap=0 values=-d,-u,--distribution,--user,--cd
--unregister|--terminate|--shutdown|-t|--uninstall ! removes a system
-l|--list|--status ? lists systems
[cmd cmd.exe command.com]
@cmd_run =1 runs a command
[start] wrap=0
[runas] operand=all:shell default=>
[psexec] wrap=1 values=-u,-p
[winrm winrs] wrap=0 join
[gdb lldb] default=> values=-p,-x,-ex
--args =0 runs a program
"""


def _command(arguments: Arguments) -> bool:
    return bool(arguments.operands)


def _cmd_run(arguments: Arguments) -> bool:
    return bool(arguments.operands) and arguments.operands[0].text.lower() in ("/c", "/k", "/r")


PREDICATES = {"command": _command, "cmd_run": _cmd_run}
