"""Disks, partitions, volumes and file systems."""

from __future__ import annotations

from .arguments import Arguments

TABLE = """
[mkfs mke2fs mkntfs mkdosfs newfs newfs_apfs newfs_hfs mkreiserfs] dry=no
-n|-N ~@never ? only shows what it would do
@given !! formats a device
[mkswap] dry=no
@given !! overwrites a device
[wipefs] dry=-n,--no-act
-a|--all|-o|--offset !! erases the signatures of a device
* ? lists signatures
[fdisk gdisk cfdisk sfdisk cgdisk] dry=-n,--no-act
-l|--list|-d|--dump|-s|--show-size|-v|-x|-V|-J|--json|-F ? lists partitions
@given !! changes the partition table
[parted gparted]
-l|--list ? lists partitions
* print|p|unit ? lists partitions
@given !! changes the partition table
[sgdisk]
-p|--print|-i|--info|-v|--verify ~-Z|-o|-d|--zap-all|--clear ? lists partitions
@given !! changes the partition table
[hdparm] default=?
--security-erase|--security-erase-enhanced|--trim-sector-ranges|--write-sector !! erases a disk
[nvme] default=verb
format|sanitize|delete-ns|write|write-zeroes|reset|subsystem-reset !! erases a disk
[blkdiscard badblocks-w sg_format sg_sanitize zerofree] dry=no
@given !! erases a device
[badblocks] default=?
-w|-n ! overwrites a device
[cryptsetup]
luksformat|format|erase|lukserase|reencrypt !! makes encrypted data unreadable
luksremovekey|lukskillslot|remove|close|luksclose|lukschangekey ! takes away access to encrypted data
[lvremove vgremove pvremove lvreduce vgreduce]
@given !! removes a volume
[lvresize] default=+
-L|--size|-l ! may cut a volume short
[lvs vgs pvs lvdisplay vgdisplay pvdisplay lvscan] default=?
[lvcreate vgcreate pvcreate lvextend vgextend resize2fs xfs_growfs tune2fs e2label fsck e2fsck xfs_repair] default=+
[mdadm] default=?
--zero-superblock|--stop|-S|--remove|-r|--fail|-f ! takes a disk array apart
--create|-C !! overwrites disks
[zfs]
destroy|receive|recv -n ? only shows what it would do
destroy|rollback ! destroys a dataset or what is newer than a snapshot
receive|recv -F ! overwrites a dataset
list|get|diff ? lists
* + changes a dataset
[zpool]
destroy|labelclear|remove|detach|offline !! destroys a pool
list|status|iostat|history|get ? lists
* + changes a pool
[btrfs] default=?
subvolume delete ! deletes a subvolume
device delete|remove ! removes a device
filesystem resize ! may cut a file system short
[diskutil]
list|info|activity|verifyvolume|verifydisk ? lists
erasedisk|erasevolume|partitiondisk|zerodisk|randomdisk|secureerase|reformat|eraseoptical !! erases a disk
apfs deletecontainer|deletevolume|deletesnapshot|erasevolume !! erases a volume
* + changes a disk
[format format.com] dry=no
@given !! formats a drive
[diskpart] dry=no stdin=shell default=!
[debugfs] default=?
-w ! writes to a file system directly
[tmutil] default=?
delete|deletelocalsnapshots|thinlocalsnapshots|disable|deleteinprogress ! deletes backups
[snapper] default=?
delete|undochange|rollback ! deletes snapshots or changes
[quotaoff swapoff]
@given ! takes a resource out of service
[umount unmount] default=%
[mount losetup swapon fstrim sync partprobe blockdev kpartx eject udisksctl] default=+
[smartctl testdisk foremost ddrescue-show] default=?
[ddrescue dcfldd dc3dd pv-write] dry=no
@given ! overwrites its target
"""


def _given(arguments: Arguments) -> bool:
    return bool(arguments.fields)


def _never(_arguments: Arguments) -> bool:
    return False


PREDICATES = {"given": _given, "never": _never}
