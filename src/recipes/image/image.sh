# image.sh: where the machine has no disk, an initramfs of /in/root; otherwise a disk image of it, with a boot partition (FAT) for the kernel and a root partition (ext4), and nothing in it that
# differs between two runs. Partitions begin at multiples of a MiB; sizes follow from what is in them.
export E2FSPROGS_FAKE_TIME=$SOURCE_DATE_EPOCH MTOOLS_SKIP_CHECK=1
# What a distribution has set in /etc is none of ours: without a file each takes what it was built with.
export MKE2FS_CONFIG=/none E2FSCK_CONFIG=/none MTOOLSRC=/none
mib=1048576
disk=/out/disk.img
mkdir -p boot
cp /in/kernel/boot/${KERNEL##*/} /out/kernel
if test -n "$DEVICE_TREE"; then cp "/in/kernel/boot/device-trees/${DEVICE_TREE##*/}" /out/device-tree; fi
if test "$ROOT_ON" = initramfs; then
  python3 /files/initramfs.py /in/root "$TABLE" /out/initramfs
  exit 0
fi
cp -R /in/kernel/boot/. boot/

# For machines whose firmware looks for an extlinux.conf, as U-Boot does.
mkdir boot/extlinux
cat > boot/extlinux/extlinux.conf <<END
default linux
timeout 10
label linux
  kernel /${KERNEL##*/}
  append $KERNEL_ARGUMENTS
END
test ! -d boot/device-trees || echo "  fdtdir /device-trees" >> boot/extlinux/extlinux.conf

# An identity for each purpose that is the target's, not the day's.
uuid() { printf '%s' "bootstrap $NAME $1" | sha256sum | sed -E 's/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*/\1-\2-4\3-8\4-\5/'; }
in_mib() { echo $((($1 + mib - 1) / mib)); }
bytes_of() { find "$1" -printf '%y %s\n' | awk '{ n += ($1 == "f" ? int(($2 + 4095) / 4096) * 4096 : 0) + ($1 == "d" ? 4096 : 0) } END { print n + 0 }'; }

case $FREE in *[KMGT]) free=$(numfmt --from=iec "$FREE") ;; *) free=$FREE ;; esac
boot_size=$(($(in_mib $(bytes_of boot)) * 5 / 4 + 8))
inodes=$(($(find /in/root | wc -l) * 2 + free / 16384 + 1024))
# Beside content and free space: inodes of 256 bytes, a journal, and some for bitmaps, directories and what extents need.
journal=16
root_size=$(in_mib $((($(bytes_of /in/root) + free) * 102 / 100 + inodes * 256 + (journal + 8) * mib)))
boot_start=1
# A journal takes less than half of a file system.
test $root_size -ge $((4 * journal)) || root_size=$((4 * journal))
root_start=$((boot_start + boot_size))
# The last MiB is the second copy of a GPT.
truncate -s $(((root_start + root_size + 1) * mib)) $disk

case $PARTITIONS in
  gpt)
    boot_type="type=uefi, attrs=LegacyBIOSBootable, uuid=$(uuid boot), name=boot"
    root_type="type=linux, uuid=$(uuid root), name=root"
    identity=$(uuid disk)
    ;;
  dos)
    boot_type="type=c, bootable"
    root_type="type=83"
    identity=0x$(uuid disk | cut -c 1-8)
    ;;
esac
# No kernel knows of this disk: telling one takes a quarter of a second.
sfdisk --quiet --no-reread --no-tell-kernel $disk <<END
label: $PARTITIONS
label-id: $identity
unit: sectors
start=$((boot_start * 2048)), size=$((boot_size * 2048)), $boot_type
start=$((root_start * 2048)), size=$((root_size * 2048)), $root_type
END
sfdisk --verify $disk

# The serial number is four bytes; mcopy takes the time of the files, which is set below.
find boot -exec touch -h -d @$SOURCE_DATE_EPOCH {} +
mkfs.fat --invariant --offset $((boot_start * 2048)) -h $((boot_start * 2048)) -g 64/32 -i $(uuid fat | cut -c 1-8) -n BOOT $disk $((boot_size * 1024))
# The name of the formatting system that Microsoft's FAT specification recommends (1.03, BS_OEMName).
printf MSWIN4.1 | dd of=$disk bs=1 seek=$((boot_start * mib + 3)) conv=notrunc status=none
mcopy -i $disk@@${boot_start}M -s -m -Q boot/* ::/

root="$disk?offset=$((root_start * mib))"
mke2fs -q -t ext4 -O ^ext_attr -d /in/root -L root -U $(uuid ext4) -N $inodes -m 0 -J size=$journal -b 4096 \
  -E offset=$((root_start * mib)),hash_seed=$(uuid hash),root_owner=0:0,lazy_itable_init=1,nodiscard $disk ${root_size}M
sh /files/table.sh "$root"
# Where features of the superblock differ from those of its copies, e2fsck writes it there: the copies have what mke2fs has counted.
E2FSCK_TIME=$SOURCE_DATE_EPOCH e2fsck -fy "$root" > e2fsck.log 2>&1 || test $? = 1 || { cat e2fsck.log >&2; exit 1; }
e2fsck -fn "$root"
left=$(debugfs -R "show_super_stats -h" "$root" 2> /dev/null | awk '/^Free blocks:/ { print $3 * 4096 }')
test "$left" -ge "$free" || { echo "only $left bytes are free in the root file system, expected $free" >&2; exit 1; }
dd if=$disk of=boot.img bs=$mib skip=$boot_start count=$boot_size status=none
fsck.fat -n boot.img
mdir -i $disk@@${boot_start}M -s ::
