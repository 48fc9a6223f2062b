# table.sh FILE-SYSTEM: gives files of an ext4 file system the owners, modes and devices of TABLE, and all files the same times.
system=$1

mode_of_type() {
  case $1 in
    c) echo 020000 ;;
    b) echo 060000 ;;
    d) echo 040000 ;;
    f) echo 0100000 ;;
  esac
}

type_of() {
  if test -L "/in/root$1"; then echo l; elif test -d "/in/root$1"; then echo d; elif test -f "/in/root$1"; then echo f; else echo none; fi
}

refuse() {
  echo "image-table: $1" >&2
  exit 1
}

for entry in $TABLE; do
  IFS=: read -r path mode uid gid device major minor <<END
$entry
END
  there=$(type_of $path)
  if test -n "$device"; then
    test $there = none || refuse "'$path' is in the root file system already, expected a new name for a device"
    test -d "/in/root${path%/*}/" || refuse "'$path' lies in no directory of the root file system"
    echo "cd ${path%/*}/"
    echo "mknod ${path##*/} $device $major $minor"
    echo "cd /"
    there=$device
    for time in atime mtime ctime crtime; do echo "set_inode_field $path $time @$SOURCE_DATE_EPOCH"; done
  else
    case $there in f | d) ;; *) refuse "'$path' is no file or directory of the root file system" ;; esac
  fi
  printf 'set_inode_field %s mode 0%o\n' $path $(($(mode_of_type $there) | 0$mode))
  echo "set_inode_field $path uid $uid"
  echo "set_inode_field $path gid $gid"
done > table

# mke2fs takes times over from the tree, where those of access and change are whatever they are; where BuildStream runs this, so is the third.
for time in atime mtime ctime; do find /in/root -printf "set_inode_field \"/%P\" $time @$SOURCE_DATE_EPOCH\\n"; done > times

# Whether the bitmap of a group without files is written or left to be made up later depends on the version of e2fsprogs. Here all are written: e2fsck
# does it, where the flag is gone.
dumpe2fs "$system" 2> /dev/null | awk '/^Group [0-9]+:.*BLOCK_UNINIT/ {
  group = $2 + 0
  printf "set_block_group %d flags %d\nset_block_group %d checksum calc\n", group, (/INODE_UNINIT/ ? 1 : 0) + (/ITABLE_ZEROED/ ? 4 : 0), group
}' > groups

# How much was written in the file system's life depends on the host's file system, which knows of holes or does not; at 0 it is not counted.
# The feature that mke2fs has left out has e2fsck write all copies of the superblock.
{ echo "set_current_time @$SOURCE_DATE_EPOCH"; cat times table groups; echo "set_super_value kbytes_written 0"; echo "feature ext_attr"; } > commands
debugfs -w -f commands "$system" > debugfs.log 2>&1
# What debugfs could not do it says, and goes on.
if grep -vE '^debugfs( [0-9.]+ .*|: .*)?$|^Filesystem features: |^Setting current time to |^Allocated inode: [0-9]+$|^Checksum set to 0x[0-9a-f]+$|^$' debugfs.log; then refuse "debugfs could not do all of this"; fi
