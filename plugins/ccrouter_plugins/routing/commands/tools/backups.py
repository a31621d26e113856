"""Backup tools and synchronisers: losing a backup is losing data."""

from __future__ import annotations

TABLE = """
[rclone] default=verb dry=-n,--dry-run,--interactive-none values=--config,--transfers,--include,--exclude,--filter,--bwlimit,-P-,--log-file,--max-age,--min-age,--backup-dir writes=none
sync|bisync|purge|delete|deletefile|cleanup|rmdirs|rmdir|dedupe|moveto-delete ! deletes what the source does not have, or files
--delete-excluded|--delete-before|--delete-after|--delete-during ! deletes files
move|moveto --delete-empty-src-dirs ! deletes the source
move|moveto + moves files
config|authorize delete|disconnect ! removes a remote
copy|copyto|copyurl|mkdir|touch|link|rcat|mount|serve|settier|obscure|config|selfupdate|bisync-check + copies files
ls|lsd|lsl|lsf|lsjson|check|cryptcheck|size|about|cat|md5sum|sha1sum|hashsum|tree|ncdu|version|listremotes|cryptdecode|checksum|test|backend|help|gendocs|completion|rc ? reads
[restic rustic] default=verb dry=-n,--dry-run values=-r,--repo,-p,--password-file,-o,--tag,--host,--path,--exclude,--keep-last,--keep-daily,--keep-weekly,--keep-monthly,--keep-yearly,-H,--target,-t writes=none
forget|prune|rewrite|repair|rebuild-index-delete ! deletes snapshots
key remove|passwd ! takes access to backups away
key + changes access to backups
unlock|backup|init|copy|tag|migrate|recover|rebuild-index|cache|self-update|add + changes the repository
cache --cleanup + deletes caches
snapshots|check|stats|ls|find|dump|mount|diff|cat|list|version|help ? reads
restore --delete ! deletes files that the snapshot does not have
restore + restores files
[borg borgmatic attic] default=verb dry=-n,--dry-run values=-e,--exclude,--keep-daily,--keep-weekly,--keep-monthly,--keep-last,-P,--prefix,-a,--glob-archives,-C,--compression,--comment,-c writes=none
delete|prune|compact|recreate|rename|break-lock|key-remove|with-lock|rdelete ! deletes archives
check --repair ! may delete archives
config --delete|-d ! removes a setting
create|extract|init|import-tar|export-tar|upgrade|key|rcreate|transfer|config|umount + makes or restores a backup
list|info|diff|mount|check|version|rlist|rinfo|serve|debug|benchmark|help ? reads
[velero ark] default=verb values=-n,--namespace,--selector,-l writes=none
backup|restore|schedule|backup-location|snapshot-location|plugin|repo delete|pause|remove|unset ! deletes backups
delete|uninstall ! deletes backups
backup|restore|schedule|plugin|snapshot|backup-location|snapshot-location get|describe|logs|download ? reads
backup|restore|schedule create|unpause + makes or restores a backup
[duplicity duply duplicati-cli duplicati] default=verb dry=--dry-run values=--encrypt-key,--include,--exclude writes=none
remove-older-than|remove-all-but-n-full|remove-all-inc-of-but-n-full|cleanup|purge|purge-full|purgefull|purgeincr|delete|purge-broken-files ! deletes backups
collection-status|list-current-files|verify|list|status ? reads
[rdiff-backup] default=+
--remove-older-than ! deletes backups
remove|regress ! deletes backups
list|info|verify|compare ? reads
[rsnapshot dirvish timeshift backintime kopia bup zbackup tarsnap duplicacy tarsnapper burp bconsole bareos kup vorta deja-dup zfs-auto-snapshot sanoid syncoid btrbk snapraid] default=verb dry=-n,-t,--dry-run values=--snapshot,--snapshot-device,-f,--config writes=none
--delete|--delete-all|-d|--nuke|--fsck-prune ! deletes backups
snapshot|policy|repository|maintenance|content|blob delete|expire|remove|gc|disconnect|set-delete|drop|shrink ! deletes backups
prune|delete|nuke|gc|forget|remove|purge|clean|fix ! deletes backups
[stash-restic etcd-backup pg_rman gitlab-backup-restore] default=verb
[syncthing nextcloudcmd insync dropbox maestral onedrive gdrive drive skicka grive mutagen] default=verb
--resync|--reset|--logout|-reset-database|-reset-deltas|--resync-auth ! overwrites or forgets what was synchronised
rm|delete|trash|emptytrash|terminate|unlink|stop ! deletes files
"""
