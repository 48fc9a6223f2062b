using System.Text;
using Bootstrap.Platform;
using Bootstrap.Store;

namespace Bootstrap.IntegrationTests.Publishing;

public sealed class ArchiveTests : IDisposable
{
    private readonly Publication _publication = new();

    [Fact]
    public async Task Publishing_twice_gives_the_same_bytes()
    {
        var first = await _publication.PublishAsync();
        File.SetLastWriteTimeUtc(_publication.InTree("usr/bin/gcc"), DateTime.UnixEpoch);

        var second = await _publication.PublishAsync(directory: Path.Combine(_publication.Root, "elsewhere"));

        Assert.Equal(first.Select(file => (Path.GetFileName(file.Name), file.Digest)), second.Select(file => (Path.GetFileName(file.Name), file.Digest)));
        Assert.Equal(
            ["m68k-toolchain-1.json", "m68k-toolchain-1.provenance.json", "m68k-toolchain-1.spdx.json", "m68k-toolchain-1.tar.gz", "m68k-toolchain-1.tar.zst"],
            first.Select(file => Path.GetFileName(file.Name)));
    }

    [Fact]
    public async Task Programs_and_settings_of_the_host_change_no_byte()
    {
        var first = await _publication.PublishAsync();
        var path = Environment.GetEnvironmentVariable("PATH");
        var decoys = Directory.CreateDirectory(Path.Combine(_publication.Root, "decoys")).FullName;
        foreach (var name in (string[])["gzip", "pigz", "zstd", "xz", "tar"])
        {
            await File.WriteAllTextAsync(Path.Combine(decoys, name), "#!/bin/sh\necho decoy\n");
            File.SetUnixFileMode(Path.Combine(decoys, name), (UnixFileMode)0b111_101_101);
        }

        (string Name, string? Value)[] settings =
            [("PATH", $"{decoys}:{path}"), ("GZIP", "-1"), ("TAR_OPTIONS", "--owner=nobody"), ("ZSTD_CLEVEL", "1"), ("ZSTD_NBTHREADS", "3")];
        try
        {
            foreach (var (name, value) in settings)
                Environment.SetEnvironmentVariable(name, value);
            var second = await _publication.PublishAsync(directory: Path.Combine(_publication.Root, "elsewhere"));

            Assert.Equal(first.Select(file => file.Digest), second.Select(file => file.Digest));
        }
        finally
        {
            foreach (var (name, _) in settings)
                Environment.SetEnvironmentVariable(name, name == "PATH" ? path : null);
        }
    }

    [Fact]
    public async Task A_gzip_header_holds_no_name_and_no_time()
    {
        await _publication.PublishAsync();

        var header = (await File.ReadAllBytesAsync(_publication.InPublished("m68k-toolchain-1.tar.gz"))).AsSpan(0, 8).ToArray();

        // RFC 1952: magic, deflate, no flags, and zero for no time.
        Assert.Equal([0x1F, 0x8B, 8, 0, 0, 0, 0, 0], header);
    }

    [Theory]
    [InlineData("m68k-toolchain-1.tar.gz")]
    [InlineData("m68k-toolchain-1.tar.zst")]
    public async Task An_unpacked_archive_is_the_tree(string archive)
    {
        await _publication.PublishAsync();
        var unpacked = Directory.CreateDirectory(Path.Combine(_publication.Root, "unpacked")).FullName;

        var result = await _publication.RunAsync("tar", "-xpf", archive, "-C", unpacked);

        Assert.Equal("", result.Error);
        Assert.Equal(Manifest.Of(_publication.Tree).Content, Manifest.Of(unpacked).Content);
    }

    [Fact]
    public async Task Members_begin_with_a_dot_and_are_in_bytewise_order()
    {
        await _publication.PublishAsync();

        var result = await _publication.RunAsync("tar", "--quoting-style=literal", "-tf", "m68k-toolchain-1.tar.gz");

        var names = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("./", names[0]);
        Assert.Equal(Manifest.Of(_publication.Tree).Entries.Length + 1, names.Length);
        Assert.All(names, name => Assert.StartsWith("./", name, StringComparison.Ordinal));
        Assert.Equal(names.OrderBy(name => Convert.ToHexString(Encoding.UTF8.GetBytes(name)), StringComparer.Ordinal), names);
    }

    [Fact]
    public async Task Members_belong_to_root_and_bear_the_one_time_of_artifacts()
    {
        await _publication.PublishAsync();

        var result = await _publication.RunAsync(
            "tar", "--utc", "--full-time", "--numeric-owner", "-tvf", "m68k-toolchain-1.tar.gz");

        var lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.Matches("^[-dl][-rwxsStT]{9} 0/0 +[0-9]+ 2025-01-01 00:00:00 ", line));
    }

    [Fact]
    public async Task The_format_is_that_of_GNU_tar()
    {
        await _publication.PublishAsync();
        await _publication.RunAsync("gzip", "-d", "-k", "m68k-toolchain-1.tar.gz");

        var header = (await File.ReadAllBytesAsync(_publication.InPublished("m68k-toolchain-1.tar"))).AsSpan(0, 512);

        // Magic and version of the old GNU format, then user and group name, which are empty (tar.h of GNU tar, struct oldgnu_header).
        Assert.Equal("ustar  \0", Encoding.ASCII.GetString(header[257..265]));
        Assert.Equal(new byte[64], header[265..329].ToArray());
    }

    [Fact]
    public async Task Files_with_several_names_are_archived_as_files()
    {
        Directory.CreateDirectory(_publication.Directory);
        await _publication.RunAsync("ln", _publication.InTree("usr/bin/gcc"), _publication.InTree("usr/bin/g++"));

        await _publication.PublishAsync();

        var result = await _publication.RunAsync("tar", "-tvf", "m68k-toolchain-1.tar.gz");
        Assert.Contains("./usr/bin/g++\n", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(" link to ", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_gone_from_the_tree_is_damage_of_the_store()
    {
        var manifest = Manifest.Of(_publication.Tree);
        File.Delete(_publication.InTree("usr/bin/gcc"));

        var failure = await Assert.ThrowsAsync<StoreException>(() => _publication.PublishAsync(manifest: manifest));

        Assert.Equal($"'{_publication.InTree("usr/bin/gcc")}' is missing, which was built.", failure.Message);
        Assert.Contains("store verify --repair", failure.Hint, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_publication.Directory));
    }

    [Fact]
    public async Task A_file_that_is_not_what_was_built_is_never_published()
    {
        var manifest = Manifest.Of(_publication.Tree);
        _publication.Write("usr/bin/gcc", "an impostor", 0b111_101_101);

        var failure = await Assert.ThrowsAsync<StoreException>(() => _publication.PublishAsync(manifest: manifest));

        Assert.Contains("usr/bin/gcc", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_publication.Directory));
    }

    public void Dispose() => _publication.Dispose();
}
