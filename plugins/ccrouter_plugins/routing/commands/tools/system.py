"""Processes, services, users, firewalls and the machine itself."""

from __future__ import annotations

from ...patterns import regex
from .arguments import Arguments

TABLE = """
[kill skill tskill] dry=no writes=none values=-s,-n,--signal
-l|-L|-0|--list|--table ? lists signals or tests a process
@gentle > sends a harmless signal
@given ! ends a process
[pkill killall killall5 taskkill xkill slay] dry=no writes=none values=-s,--signal,-u,-t
-l|--list|-0 ? lists
@gentle > sends a harmless signal
@given ! ends processes
[shutdown halt poweroff reboot telinit pm-suspend pm-hibernate] dry=no
-c|/a ? cancels a shutdown
-k|-w ? only warns
* !! stops the machine
@always !! stops the machine
[init]
0|1|6|s !! stops the machine
[systemctl] default=? values=-n,-t,-p,-H,-M,--type,--state writes=none
poweroff|reboot|halt|kexec|suspend|hibernate|emergency|rescue|isolate|exit|soft-reboot !! stops the machine
stop|disable|mask|kill|revert|unlink|clean|freeze|reset-failed-all ! takes a service down
start|restart|reload|try-restart|reload-or-restart|daemon-reload|daemon-reexec > starts or reloads a service
enable|unmask|edit|set-property|set-default|link|preset|add-wants|import-environment + changes a service
[service rc-service] default=> writes=none
* stop|disable|force-stop|zap ! takes a service down
* status ? shows a service
[initctl stop] dry=no
stop ! takes a service down
@given ! takes a service down
[launchctl] default=?
unload|remove|bootout|disable|kill|stop|reboot ! takes a service down
load|bootstrap|enable|start|kickstart|setenv + changes a service
[supervisorctl] default=?
stop|remove|shutdown|clear ! takes a service down
start|restart|reload|update|add|reread > starts a service
[pm2 forever] default=>
delete|del|kill|stop|stopall|flush|unstartup|uninstall|cleardump ! takes a process down
list|ls|status|logs|show|describe|monit|jlist|info ? lists
[sc sc.exe] default=?
stop|delete|pause ! takes a service down
config|create|failure|sdset + changes a service
[net]
stop ! takes a service down
user|localgroup|share|use * /delete ! removes an account or a share
user|localgroup|share|use * * /delete ! removes an account or a share
start|use > starts a service
* ? shows
[monit rcctl svcadm sv s6-rc nssm] default=>
* stop|down|disable|remove|exit ! takes a service down
stop|disable|down|quit|remove|unmonitor|exit ! takes a service down
status|summary|list|check|ls|get ? shows
[visudo] default=+ touches=/etc/sudoers writes=none
-c|--check ? checks the rules
@always + changes who may do what
[vipw vigr] touches=/etc/passwd writes=none
@always + changes accounts
[crontab] values=-u default=+ writes=none touches=crontab
-r ! removes every scheduled job
-l ? lists scheduled jobs
[at batch] default=+ stdin=shell
-r|-d ! removes scheduled jobs
-l ? lists
[atrm]
@given ! removes scheduled jobs
[atq schtasks-query] default=?
[schtasks]
/delete|/end|/change * ! removes a scheduled task
/delete|/end ! removes a scheduled task
* + changes a scheduled task
[userdel deluser delgroup groupdel groupmems-p rmuser]
@given ! removes an account
[passwd chpasswd chage faillock] default=+
-l|-d|-e|--lock|--delete|--expire|-E ! locks or opens an account
[usermod pw] default=+
-L|-e|--lock|--expiredate ! locks an account
userdel|groupdel|lock ! removes an account
[gpasswd] default=+
-d|--delete|-r|--remove-password ! removes access
[dscl dsenableroot sysadminctl] default=+
-delete|--delete|-deleteuser ! removes an account
* -delete|delete ! removes an account
[loginctl machinectl] default=?
terminate-session|terminate-user|kill-session|kill-user|terminate|kill|poweroff|remove|disable|lock-sessions ! ends sessions
[useradd adduser groupadd addgroup newusers chsh chfn newgrp hostnamectl timedatectl localectl update-alternatives update-rc.d chkconfig authconfig pam-auth-update alternatives dpkg-divert ldconfig depmod update-grub grub-install grub-mkconfig mkinitcpio dracut update-initramfs efibootmgr-list] default=+
-d|--del|--delete|--remove|off|disable ! removes a setting
remove|off|disable ! removes a setting
* off|disable|remove ! takes a service down
[efibootmgr] default=?
-B|--delete-bootnum|-O|--delete-bootorder !! removes a boot entry
[iptables ip6tables ebtables arptables] values=-t,-A,-I,-p,-s,-j,--dport,-i,-o,-m default=+
-F|--flush|-X|--delete-chain|-D|--delete|-Z ! removes firewall rules
-P|--policy ! changes what the firewall lets through
-L|-S|--list|--list-rules ? lists firewall rules
[iptables-restore ip6tables-restore iptables-apply]
@always ! replaces the firewall rules
[iptables-save nft-list] default=?
[nft] default=+
flush|delete|destroy|reset * ! removes firewall rules
list ? lists firewall rules
[ufw] dry=--dry-run default=+
reset|disable|delete|--force ! removes firewall rules
deny|reject ! closes access
status|show|version|app ? shows the firewall
[firewall-cmd] default=+
--panic-on|--reload-drop|--delete-zone|--delete-service|--complete-reload ! closes access
--remove-service|--remove-port|--remove-rich-rule|--remove-source|--remove-interface ! closes access
--list-all|--state|--get-zones|--list-ports|--list-services ? shows the firewall
[pfctl ipfw] default=?
-F|-d|-k ! removes firewall rules
flush|delete|disable ! removes firewall rules
[ip] default=? values=-n
flush|del|delete ! removes network settings
* flush|del|delete|down ! removes network settings
link set * down ! takes an interface down
link set dev * down ! takes an interface down
* add|set|replace|change|up + changes the network
[ifconfig ifdown ifup route nmcli netplan networksetup dhclient resolvectl wpa_cli tc brctl bridge ethtool wg wg-quick] default=>
* down|del|delete|flush|remove|off ! takes a network down
* * down|del|delete|remove|off ! takes a network down
del|delete|flush|down|remove ! takes a network down
-f|--flush|-r ~@nothing ! takes a network down
[ifdown-all] default=!
[insmod modprobe kmod] default=+
-r|--remove ! unloads a kernel module
[rmmod]
@given ! unloads a kernel module
[sysctl] default=?
-w|-p|--system|--write + changes a kernel setting
[dmesg] default=?
-C|-c|--clear|--read-clear ! clears the kernel log
[journalctl] default=? values=-u,-n,--since,--until,-p,-o
--vacuum-size|--vacuum-time|--vacuum-files|--rotate-now ! deletes logs
[logrotate] dry=-d,--debug default=+
-f|--force ! replaces logs
[wevtutil] default=?
cl|clear-log|um ! clears logs
[auditctl] default=?
-D ! removes audit rules
[setenforce semanage restorecon] default=+
0|permissive ! switches protection off
* -d|--delete|-D|--deleteall ! removes a rule
[sysctl-reset] default=!
[vssadmin wbadmin]
delete|resize !! deletes shadow copies or backups
* ? lists
[bcdedit bootcfg] default=?
/delete|/deletevalue|/set * !! changes how the machine starts
/delete|/deletevalue|/set !! changes how the machine starts
[reg]
delete|unload|restore|import ! deletes or replaces registry keys
query|export|compare ? reads the registry
* + changes the registry
[cipher]
@wipes ! erases free space
[fsutil] default=?
* delete|deletejournal|setzerodata ! deletes
[dism sfc] default=>
[defaults] default=+
delete|remove ! removes settings
read|find|domains ? reads settings
[security] default=?
delete-* ! removes a key or a certificate
[keytool certutil] default=?
-delete|--delete ! removes a key
-D ! removes a key
[gpg gpg2] default=>
--delete-key|--delete-keys|--delete-secret-key|--delete-secret-keys|--delete-secret-and-public-key ! deletes a key
[pass gopass] default=+
rm|remove|delete ! deletes a secret
show|ls|find|grep ? shows
[ssh-keygen ssh-copy-id ssh-agent] default=+
[ssh-add] default=+
-D|-d ! removes keys from the agent
-l|-L ? lists keys
[ipcrm]
@given ! removes shared memory
[lpadmin cancel lprm] default=+
-x|-a ! removes printers or jobs
[spctl csrutil nvram] default=?
--master-disable|disable|-c|-d|--disable ! switches protection off
disable|clear ! switches protection off
[softwareupdate xcode-select pmset systemsetup scutil dseditgroup osascript-run] default=>
[sysprep]
@given !! resets the machine
[sudo-replay visudo-check getcap setcap namespaces] default=?
[netstat ss arp lsof nmap tcpdump tshark nslookup dig host whois ping ping6 traceroute tracepath mtr ipconfig getmac tasklist systeminfo iwconfig iw ipcs lastlog auditd ausearch aureport systemd-analyze coredumpctl busctl udevadm vmstat2 perf powertop sensors nvidia-smi rocm-smi bpftrace uptime2 hostinfo ioreg] default=? writes=none
/release|-r|--gpu-reset ! drops the network or resets a device
"""

_GENTLE = frozenset(("0", "hup", "usr1", "usr2", "winch", "cont", "1", "10", "12", "18", "28"))
_SIGNAL = regex(r"-?-?(?:sig)?([a-z0-9]+)")


def _gentle(arguments: Arguments) -> bool:
    """Tell whether the signal is one that services survive (reload, wake up)."""
    given = [arguments.flags.get(flag, "") for flag in ("-s", "-n", "--signal")]
    first = arguments.fields[0].text if arguments.fields else ""
    given += [first] if first.startswith("-") else []
    for text in given:
        match = _SIGNAL.fullmatch(text.lower())
        if match and match.group(1).removeprefix("sig") in _GENTLE:
            return True
    return False


def _given(arguments: Arguments) -> bool:
    return bool(arguments.fields)


PREDICATES = {
    "gentle": _gentle,
    "given": _given,
    "nothing": lambda arguments: not arguments.fields,
    "always": lambda _arguments: True,
    "wipes": lambda arguments: any(text.lower().startswith("/w") for text in arguments.texts()),
}
