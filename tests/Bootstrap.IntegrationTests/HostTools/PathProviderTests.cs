using System.Diagnostics;
using System.Formats.Tar;
using System.Text;
using Bootstrap.HostTools;
using Bootstrap.IntegrationTests.Sources;
using Bootstrap.Platform;
using Bootstrap.Store;

namespace Bootstrap.IntegrationTests.HostTools;

public sealed class PathProviderTests : IDisposable
{
    private readonly TestStore _store = new();

    private string Root => Path.Combine(_store.Directory, "root");

    private string Tarball => Path.Combine(_store.Directory, "root.tar");

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task A_directory_and_the_tarball_of_it_give_the_same_host_tools()
    {
        MakeRoot();
        var directory = await ResolveAsync(Root);
        await TarFile.CreateFromDirectoryAsync(Root, Tarball, includeBaseDirectory: false);
        var tarball = await ResolveAsync(Tarball);
        Assert.Equal(directory.Artifact.Content, tarball.Artifact.Content);
        Assert.Empty(directory.Packages);
        Assert.Equal("usr/bin", new FileInfo(Path.Combine(directory.Tree, "bin")).LinkTarget);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(directory.Tree, "tmp")));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("bzip2")]
    [InlineData("xz")]
    [InlineData("zstd")]
    public async Task A_compressed_tarball_is_read_whatever_its_name(string program)
    {
        MakeRoot();
        var directory = await ResolveAsync(Root);
        await TarFile.CreateFromDirectoryAsync(Root, Tarball, includeBaseDirectory: false);
        using (var compressor = Process.Start(new ProcessStartInfo("sh", ["-euc", $"{program} <\"$1\" >\"$1.new\"; mv \"$1.new\" \"$1\"", "sh", Tarball]))!)
            await compressor.WaitForExitAsync();
        Assert.Equal(directory.Artifact.Content, (await ResolveAsync(Tarball)).Artifact.Content);

        File.WriteAllBytes(Tarball, File.ReadAllBytes(Tarball)[..60]);
        var failure = await Assert.ThrowsAsync<HostException>(() => ResolveAsync(Tarball, update: true));
        Assert.Contains("could not be unpacked", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_directory_changes_the_host_tools_only_on_update()
    {
        MakeRoot();
        var before = await ResolveAsync(Root);
        File.WriteAllText(Path.Combine(Root, "usr/bin/more"), "new");
        Assert.Equal(before.Artifact.Content, (await ResolveAsync(Root)).Artifact.Content);
        Assert.NotEqual(before.Artifact.Content, (await ResolveAsync(Root, update: true)).Artifact.Content);
    }

    [Theory]
    [InlineData(false, "echo new >\"$1/usr/bin/more\"")]
    [InlineData(false, "touch -d 2001-01-01 \"$1/usr/bin/sh\"")]
    [InlineData(false, "rmdir \"$1/opt/hidden\"")]
    [InlineData(true, "touch -d 2001-01-01 \"$1.tar\"")]
    [InlineData(false, "cp -a \"$1\" \"$1.2\"; ln -sfn \"$1.2\" \"$1.current\"", ".link")]
    public async Task A_place_that_has_changed_since_it_was_read_is_told_in_one_line_until_it_is_read_again(bool isTarball, string change, string link = "")
    {
        MakeRoot();
        File.CreateSymbolicLink(Root + ".current", Root);
        File.CreateSymbolicLink(Root + ".link", Path.GetFileName(Root) + ".current");
        var place = isTarball ? Tarball : Root + link;
        await TarFile.CreateFromDirectoryAsync(Root, Tarball, includeBaseDirectory: false);
        await ResolveAsync(place);
        Assert.Empty(await ToldAsync());
        await ShellAsync("mkdir \"$1/tmp/left/more\"; echo new >\"$1/tmp/left/file\"");
        Assert.Empty(await ToldAsync());

        await ShellAsync(change);
        Assert.Matches(
            $"^path:{place} was read on 20..-..-.. ..:.. UTC and has changed since: 'bootstrap host-tools --update --host-tools path:{place}' reads it anew$", Assert.Single(await ToldAsync()));
        var again = await ResolveAsync(place, update: true);
        Assert.Empty(await ToldAsync());
        Assert.Equal(again.Artifact.Content, (await ResolveAsync(place)).Artifact.Content);

        async Task<string[]> ToldAsync()
        {
            _store.Notices.Clear();
            await ResolveAsync(place);
            return [.. _store.Notices];
        }

        // Clocks of file systems move on by steps.
        async Task ShellAsync(string commands)
        {
            using var shell = Process.Start(new ProcessStartInfo("sh", ["-euc", "sleep 0.05; " + commands, "sh", Root]))!;
            await shell.WaitForExitAsync();
            Assert.Equal(0, shell.ExitCode);
        }
    }

    [Fact]
    public async Task Pinned_host_tools_that_are_gone_and_can_not_be_made_again_are_explained()
    {
        MakeRoot();
        var before = await ResolveAsync(Root);
        _store.Store.Drop(new Difference(before.Artifact.Tree, "", "", before.Artifact.Content));
        File.WriteAllText(Path.Combine(Root, "usr/bin/more"), "new");
        var failure = await Assert.ThrowsAsync<HostException>(() => ResolveAsync(Root));
        Assert.Contains("host-tools --update", failure.Hint);
    }

    [Theory]
    [InlineData("../escaped")]
    [InlineData("/tmp/bootstrap-test-escaped")]
    [InlineData("usr/../../escaped")]
    public async Task A_tarball_with_a_name_that_leads_out_is_refused(string name)
    {
        await WriteTarballAsync(Member(name, "hostile"));
        var failure = await Assert.ThrowsAsync<HostException>(() => ResolveAsync(Tarball));
        Assert.Contains("could not be unpacked", failure.Message);
        _store.AssertEmpty();
        Assert.False(File.Exists("/tmp/bootstrap-test-escaped"));
    }

    [Fact]
    public async Task A_tarball_can_not_write_through_a_link_that_leads_out()
    {
        var outside = Directory.CreateDirectory(Path.Combine(_store.Directory, "outside")).FullName;
        await WriteTarballAsync(new GnuTarEntry(TarEntryType.SymbolicLink, "way") { LinkName = outside }, Member("way/escaped", "hostile"));
        await Assert.ThrowsAsync<HostException>(() => ResolveAsync(Tarball));
        Assert.Empty(Directory.EnumerateFileSystemEntries(outside));
        _store.AssertEmpty();
    }

    [Fact]
    public async Task What_is_no_archive_or_no_root_is_refused()
    {
        File.WriteAllText(Tarball, "no archive");
        Assert.Contains("could not be unpacked", (await Assert.ThrowsAsync<HostException>(() => ResolveAsync(Tarball))).Message);
        await WriteTarballAsync(Member("top/bin/sh", "one level too deep"));
        Assert.Contains("no bin/sh", (await Assert.ThrowsAsync<HostException>(() => ResolveAsync(Tarball))).Message);
        Assert.Contains("there is no file or directory", (await Assert.ThrowsAsync<HostException>(() => ResolveAsync(Root))).Message);
        Assert.Contains("holds the store", (await Assert.ThrowsAsync<HostException>(() => ResolveAsync(_store.Directory))).Message);
        _store.AssertEmpty();
    }

    [Fact]
    public async Task A_directory_of_the_host_in_a_tree_is_neither_read_nor_written()
    {
        MakeRoot();
        File.CreateSymbolicLink(Path.Combine(Root, "etc"), "/etc");
        Assert.EndsWith("'etc' is a link; expected a directory, as in a root file system", (await Assert.ThrowsAsync<HostException>(() => ResolveAsync(Root))).Message);
    }

    [Fact]
    public async Task No_directory_keeps_a_mode_that_gives_its_group_away()
    {
        MakeRoot();
        File.SetUnixFileMode(Path.Combine(Root, "usr/bin"), UnixFileMode.SetGroup | (UnixFileMode)0b111_101_101);
        var made = await ResolveAsync(Root);
        Assert.Equal((UnixFileMode)0b111_101_101, File.GetUnixFileMode(Path.Combine(made.Artifact.Tree, "usr/bin")));
    }

    [Fact]
    public async Task A_store_behind_a_symbolic_link_is_as_good_as_another()
    {
        MakeRoot();
        var link = Path.Combine(_store.Directory, "link");
        Directory.CreateSymbolicLink(link, Directory.CreateDirectory(Path.Combine(_store.Directory, "disk")).FullName);
        using var other = new TestStore(Path.Combine(link, "store"));
        var made = await other.ResolveAsync(HostToolsProviders.Parse($"path:{Root}"), TestStore.Definitions());
        Assert.Equal((await ResolveAsync(Root)).Artifact.Content, made.Artifact.Content);
    }

    private static GnuTarEntry Member(string name, string content) =>
        new(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)) };

    private void MakeRoot()
    {
        Directory.CreateDirectory(Path.Combine(Root, "usr/bin"));
        Directory.CreateDirectory(Path.Combine(Root, "tmp/left"));
        Directory.CreateDirectory(Path.Combine(Root, "opt/hidden"));
        File.CreateSymbolicLink(Path.Combine(Root, "bin"), "usr/bin");
        var shell = Path.Combine(Root, "usr/bin/sh");
        File.WriteAllText(shell, "#!");
        File.SetUnixFileMode(shell, (UnixFileMode)0b100_111_101_001);
        File.SetUnixFileMode(Path.Combine(Root, "opt/hidden"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }

    private async Task WriteTarballAsync(params TarEntry[] entries)
    {
        await using var writer = new TarWriter(File.Create(Tarball), TarEntryFormat.Gnu);
        foreach (var entry in entries)
            await writer.WriteEntryAsync(entry);
    }

    private Task<HostToolsSysroot> ResolveAsync(string path, bool update = false) =>
        _store.ResolveAsync(HostToolsProviders.Parse($"path:{path}"), TestStore.Definitions(), update: update);
}
