using Bootstrap.IntegrationTests.Sandboxing;
using Bootstrap.Platform;

namespace Bootstrap.IntegrationTests.Recipes;

public sealed class ImageTests : IClassFixture<ImageFixture>
{
    private readonly ImageFixture _fixture;

    public ImageTests(ImageFixture fixture)
    {
        Host.Require(HostFacility.UserNamespaces);
        _fixture = fixture;
    }

    [Fact]
    public async Task Two_runs_make_the_same_bytes_whatever_the_times_in_the_tree()
    {
        var first = await MadeAsync();
        File.SetLastWriteTimeUtc(Path.Combine(_fixture.Root, "etc/passwd"), DateTime.UnixEpoch);
        File.SetLastWriteTimeUtc(Path.Combine(_fixture.Root, "etc"), DateTime.UnixEpoch);
        File.SetLastAccessTimeUtc(Path.Combine(_fixture.Root, "etc/passwd"), DateTime.UtcNow.AddDays(1));
        File.SetUnixFileMode(Path.Combine(_fixture.Root, "etc/passwd"), File.GetUnixFileMode(Path.Combine(_fixture.Root, "etc/passwd")));
        await Task.Delay(TimeSpan.FromSeconds(2.1)); // FAT counts in steps of two seconds.
        Assert.Equal(Digest.OfFile(Path.Combine(first, "disk.img")), Digest.OfFile(Path.Combine(await MadeAsync(), "disk.img")));
    }

    [Fact]
    public async Task A_machine_without_disks_gets_an_initramfs_of_the_same_bytes_in_two_runs_and_no_disk()
    {
        var first = await MadeAsync(("ROOT_ON", "initramfs"));
        File.SetLastWriteTimeUtc(Path.Combine(_fixture.Root, "etc/passwd"), DateTime.UnixEpoch);
        var second = await MadeAsync(("ROOT_ON", "initramfs"));

        Assert.Equal(["initramfs", "kernel"], Directory.GetFiles(first).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal(Digest.OfFile(Path.Combine(first, "initramfs")), Digest.OfFile(Path.Combine(second, "initramfs")));
        // Linux starts /init of an initramfs.
        Assert.Contains("sbin/init", File.ReadAllText(Path.Combine(first, "initramfs")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/usr/bin/none:755:0:0", "image-table: '/usr/bin/none' is no file or directory of the root file system")]
    [InlineData("/etc/passwd:600:0:0:c:5:1", "image-table: '/etc/passwd' is in the root file system already, expected a new name for a device")]
    [InlineData("/bin:700:0:0", "image-table: '/bin' is no file or directory of the root file system")]
    public async Task A_table_that_does_not_fit_the_root_is_refused_for_an_initramfs_too(string table, string expected)
    {
        var (exitCode, log, _) = await _fixture.MakeAsync(("ROOT_ON", "initramfs"), ("TABLE", table));

        Assert.NotEqual(0, exitCode);
        Assert.Contains(expected, log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_machine_s_device_tree_lies_beside_the_kernel() =>
        Assert.Equal("a tree", File.ReadAllText(Path.Combine(await MadeAsync(("DEVICE_TREE", "vendor/toy.dtb")), "device-tree")));

    [Fact]
    public async Task How_much_was_written_to_make_it_is_not_in_it()
    {
        // Two runs wrote different amounts on different file systems. linux/fs/ext4/ext4.h: Kbytes_written is at 0x178 of the superblock, of which
        // the groups 1 and 3 of 128 MiB have a copy.
        await using var disk = File.OpenRead(Path.Combine(await MadeAsync(("FREE", "450M")), "disk.img"));
        foreach (var place in (long[])[1024, 128L << 20, 384L << 20])
        {
            var superblock = new byte[1024];
            disk.Position = ImageFixture.RootStart + place;
            await disk.ReadExactlyAsync(superblock);
            Assert.Equal((0xEF53, 0L), (BitConverter.ToUInt16(superblock, 0x38), BitConverter.ToInt64(superblock, 0x178)));
        }
    }

    /// <summary>Versions of e2fsprogs up to 1.47.0 leave it to be made up later where there is no file, later ones write it for some groups.</summary>
    [Fact]
    public async Task The_bitmap_of_every_group_is_written_whatever_the_version_of_e2fsprogs()
    {
        var groups = await _fixture.AskAsync(await MadeAsync(("FREE", "450M")), "dumpe2fs \"$root\" 2> /dev/null | grep '^Group [0-9]'");
        Assert.Equal(4, groups.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.DoesNotContain("BLOCK_UNINIT", groups, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_version_of_mtools_is_not_in_the_boot_partition()
    {
        await using var disk = File.OpenRead(Path.Combine(await MadeAsync(), "disk.img"));
        var name = new byte[8];
        disk.Position = (1L << 20) + 3;
        await disk.ReadExactlyAsync(name);
        Assert.Equal("MSWIN4.1", System.Text.Encoding.ASCII.GetString(name));
    }

    [Fact]
    public async Task Owners_modes_and_devices_are_those_of_the_table_and_all_else_is_roots()
    {
        var directory = await MadeAsync();
        Assert.Matches(@"character special +Mode: +0600", await StatAsync(directory, "/dev/console"));
        Assert.Matches(@"Device major/minor number: 05:01", await StatAsync(directory, "/dev/console"));
        Assert.Matches(@"directory +Mode: +0750[\s\S]*User: +1000 +Group: +1001", await StatAsync(directory, "/home/user"));
        Assert.Matches(@"regular +Mode: +04755[\s\S]*User: +0 +Group: +0", await StatAsync(directory, "/usr/bin/busybox"));
        Assert.Matches(@"regular +Mode: +06[04][04][\s\S]*User: +0 +Group: +0", await StatAsync(directory, "/etc/passwd"));
        Assert.Matches(@"symlink +Mode: +0777[\s\S]*Fast link dest: ""usr/bin""", await StatAsync(directory, "/bin"));
    }

    [Fact]
    public async Task The_recipe_sets_the_modes_of_root_s_home_and_of_tmp_whatever_modes_the_tree_has()
    {
        var directory = await MadeAsync(("TABLE", ImageFixture.RecipeTable));
        Assert.Matches(@"directory +Mode: +0700", await StatAsync(directory, "/root"));
        Assert.Matches(@"directory +Mode: +01777", await StatAsync(directory, "/tmp"));
        Assert.Matches(@"directory +Mode: +01777", await StatAsync(directory, "/var/tmp"));
    }

    [Fact]
    public async Task The_file_systems_are_clean_and_so_is_the_partition_table()
    {
        var said = await _fixture.AskAsync(await MadeAsync(), "e2fsck -fn \"$root\" && sfdisk --verify /out/disk.img && sfdisk --dump /out/disk.img");
        Assert.Contains("No errors detected.", said, StringComparison.Ordinal);
        Assert.Matches(@"img1 : start= +2048, size= +18432, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B.*name=""boot"", attrs=""LegacyBIOSBootable""", said);
        Assert.Matches(@"img2 : start= +20480, .*type=0FC63DAF-8483-4772-8E79-3D69D8477DE4.*name=""root""", said);
    }

    [Fact]
    public async Task An_old_machine_gets_an_MBR()
    {
        var said = await _fixture.AskAsync(await MadeAsync(("PARTITIONS", "dos")), "sfdisk --dump /out/disk.img");
        Assert.Contains("label: dos", said, StringComparison.Ordinal);
        Assert.Matches(@"img1 : .*type=c, bootable", said);
        Assert.Matches(@"img2 : .*type=83", said);
    }

    [Fact]
    public async Task The_boot_partition_holds_the_kernel_and_says_how_it_is_booted()
    {
        var said = await _fixture.AskAsync(await MadeAsync(), "mtype -i /out/disk.img@@1M ::/Image; mtype -i /out/disk.img@@1M ::/extlinux/extlinux.conf; mdir -b -s -i /out/disk.img@@1M ::");
        Assert.Contains("a kernel", said, StringComparison.Ordinal);
        Assert.Contains("  kernel /Image\n  append console=ttyS0 root=/dev/vda2\n  fdtdir /device-trees\n", said, StringComparison.Ordinal);
        Assert.Contains("::/device-trees/toy.dtb", said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1M", 1L << 20)]
    [InlineData("64M", 64L << 20)]
    [InlineData("1500000", 1_500_000)]
    public async Task As_much_is_free_as_was_asked_for_and_not_much_more(string free, long bytes)
    {
        var said = await _fixture.AskAsync(await MadeAsync(("FREE", free)), "debugfs -R 'show_super_stats -h' \"$root\" 2> /dev/null | awk '/^Free blocks:/ { print $3 * 4096 }'");
        Assert.InRange(long.Parse(said.Trim(), System.Globalization.CultureInfo.InvariantCulture), bytes, Math.Max(48L << 20, (bytes * 11 / 10) + (12L << 20)));
    }

    [Theory]
    [InlineData("TABLE", "/etc/shadow:600:0:0", "image-table: '/etc/shadow' is no file or directory of the root file system")]
    [InlineData("TABLE", "/etc/passwd:600:0:0:c:1:1", "image-table: '/etc/passwd' is in the root file system already, expected a new name for a device")]
    [InlineData("TABLE", "/none/x:600:0:0:c:1:1", "image-table: '/none/x' lies in no directory of the root file system")]
    public async Task A_setting_that_can_not_be_is_refused(string setting, string value, string expected)
    {
        var (exitCode, log, _) = await _fixture.MakeAsync((setting, value));
        Assert.NotEqual(0, exitCode);
        Assert.Contains(expected, log, StringComparison.Ordinal);
    }

    private async Task<string> MadeAsync(params (string, string)[] settings)
    {
        var (exitCode, log, directory) = await _fixture.MakeAsync(settings);
        Assert.True(exitCode == 0, log);
        return directory;
    }

    private Task<string> StatAsync(string directory, string path) => _fixture.AskAsync(directory, $"debugfs -R 'stat {path}' \"$root\" 2>&1");
}
