using Bootstrap.Definitions;
using Bootstrap.Platform;
using Bootstrap.Sources;
using Bootstrap.Sources.Origins;
using Bootstrap.Tests;
using static Bootstrap.Tests.Sources.HttpTestServer;

namespace Bootstrap.IntegrationTests.Sources;

/// <summary>Archives of real git repositories and directories.</summary>
public sealed class OriginArchivesTests : IDisposable
{
    private readonly TestStore _store = new();
    private readonly string _tree;

    public OriginArchivesTests()
    {
        _tree = Directory.CreateDirectory(Path.Combine(_store.Directory, "tree")).FullName;
        Write("program", "#!/bin/sh\n");
        File.SetUnixFileMode(Path.Combine(_tree, "program"), (UnixFileMode)0b111_101_101);
        Write("sub/text", "text\n");
        File.CreateSymbolicLink(Path.Combine(_tree, "link"), "sub/text");
    }

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task A_directory_s_archive_holds_its_files_and_nothing_of_git()
    {
        Write(".git/config", "secret");
        Write("sub/.git", "gitdir: elsewhere");
        var archive = await ResolveAsync(Tree());
        Assert.Equal(["link -> sub/text", "program x", "sub", "sub/text"], await UnpackAsync(archive));
    }

    [Fact]
    public async Task The_archive_of_a_directory_depends_on_its_content_alone()
    {
        var first = await ResolveAsync(Tree());
        File.SetLastWriteTimeUtc(Path.Combine(_tree, "sub/text"), DateTime.UnixEpoch);
        File.SetUnixFileMode(Path.Combine(_tree, "sub/text"), (UnixFileMode)0b110_110_110);
        Write(".git/HEAD", "ref: refs/heads/other");
        Assert.Equal(first, await ResolveAsync(Tree()));
        Write("sub/text", "other\n");
        Assert.NotEqual(first, await ResolveAsync(Tree()));
    }

    [Fact]
    public async Task What_can_t_be_part_of_a_source_is_named()
    {
        await _store.Processes.RunAsync(TestCommand.Of("mkfifo", Path.Combine(_tree, "pipe")), CancellationToken.None);
        var failure = await Assert.ThrowsAsync<BuildException>(() => ResolveAsync(Tree()));
        Assert.Contains($"'{_tree}' can't be a source: 'pipe' is a named pipe", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_commit_s_archive_holds_the_files_as_they_are_committed()
    {
        Write(".gitattributes", "*.c text eol=crlf ident\nhidden export-ignore\nversion export-subst\n");
        Write("hidden", "there\n");
        Write("a.c", "/* $Id$ */\n");
        Write("version", "$Format:%H$\n");
        var archive = await ResolveAsync(Commit(await CommitAsync()));
        Assert.Equal([".gitattributes", "a.c", "hidden", "link -> sub/text", "program x", "sub", "sub/text", "version"], await UnpackAsync(archive));
        Assert.Equal("/* $Id$ */\n", await File.ReadAllTextAsync(Path.Combine(Unpacked, "a.c")));
        Assert.Equal("$Format:%H$\n", await File.ReadAllTextAsync(Path.Combine(Unpacked, "version")));
    }

    [Fact]
    public async Task An_older_commit_can_be_had_and_what_was_had_is_not_fetched_again()
    {
        var old = await CommitAsync();
        Write("sub/text", "newer\n");
        await CommitAsync();
        var archive = await ResolveAsync(Commit(old));
        TreeRemover.Remove(_tree);
        Assert.Equal(archive, await ResolveAsync(Commit(old)));
        await UnpackAsync(archive);
        Assert.Equal("text\n", await File.ReadAllTextAsync(Path.Combine(Unpacked, "sub/text")));
    }

    [Fact]
    public async Task A_server_that_gives_out_no_single_commit_is_asked_for_all_that_it_has()
    {
        var old = await CommitAsync();
        Write("sub/text", "newer\n");
        await CommitAsync();
        await GitAsync("update-server-info");
        using var server = new Bootstrap.Tests.Sources.HttpTestServer(request =>
        {
            var file = Path.Combine(_tree, ".git", request.Path.Split('?')[0]["/repository/".Length..]);
            return File.Exists(file) ? Answer.File(File.ReadAllBytes(file)) : Answer.Of(404);
        });
        await UnpackAsync(await ResolveAsync(new CommitOrigin(server.Url("repository"), old)));
        Assert.Equal("text\n", await File.ReadAllTextAsync(Path.Combine(Unpacked, "sub/text")));
    }

    [Fact]
    public async Task A_commit_that_the_repository_lacks_and_a_repository_that_is_not_there_are_named()
    {
        await CommitAsync();
        var wrong = new string('a', 40);
        var noCommit = await Assert.ThrowsAsync<BuildException>(() => ResolveAsync(Commit(wrong)));
        Assert.Contains($"Commit {wrong} of file://{_tree} could not be fetched:", noCommit.Message, StringComparison.Ordinal);
        Assert.Contains($"it has no commit {wrong}", noCommit.Message, StringComparison.Ordinal);
        var noRepository = new CommitOrigin(new Uri("file:///does/not/exist"), wrong);
        Assert.Contains("does not appear to be a git repository", (await Assert.ThrowsAsync<BuildException>(() => ResolveAsync(noRepository))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_name_of_a_tag_object_is_no_commit()
    {
        await CommitAsync();
        await GitAsync("tag", "-a", "v1", "-m", "one");
        var tag = await GitAsync("rev-parse", "v1");
        Assert.Contains($"it has no commit {tag}", (await Assert.ThrowsAsync<BuildException>(() => ResolveAsync(Commit(tag)))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Offline_a_remote_commit_is_missing_and_a_local_one_is_not()
    {
        var commit = await CommitAsync();
        await ResolveAsync(Commit(commit), offline: true);
        var remote = new CommitOrigin(new Uri("https://example.org/repository"), new string('b', 40));
        var failure = await Assert.ThrowsAsync<HostException>(() => ResolveAsync(remote, offline: true));
        Assert.Contains($"Commit {remote.Commit} of https://example.org/repository", failure.Message, StringComparison.Ordinal);
    }

    private string Unpacked => Path.Combine(_store.Directory, "unpacked");

    private DirectoryOrigin Tree() => new(_tree);

    private CommitOrigin Commit(string name) => new(new Uri($"file://{_tree}"), name);

    private void Write(string path, string text)
    {
        var file = Path.Combine(_tree, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    private async Task<string> CommitAsync()
    {
        await GitAsync("init", "--quiet");
        await GitAsync("add", "--all");
        await GitAsync("commit", "--quiet", "--message", "a commit");
        return await GitAsync("rev-parse", "HEAD");
    }

    private async Task<string> GitAsync(params string[] arguments)
    {
        string[] identity = ["-C", _tree, "-c", "user.name=Somebody", "-c", "user.email=somebody@example.org", "-c", "commit.gpgSign=false"];
        var result = await _store.Processes.RunAsync(TestCommand.Of("git", [.. identity, .. arguments]), CancellationToken.None);
        Assert.True(result.ExitCode == 0, result.Error);
        return result.Output.Trim();
    }

    private async Task<Digest> ResolveAsync(UnpackedOrigin origin, bool offline = false)
    {
        using var mirrors = _store.Mirrors(offline);
        var archives = new OriginArchives(_store.Store, _store.Processes, mirrors);
        return (await archives.ResolveAsync([origin], Advance.Unwatched, CancellationToken.None))[origin];
    }

    /// <summary>Unpacks as the recipe does, and lists what there is.</summary>
    private async Task<IEnumerable<string>> UnpackAsync(Digest archive)
    {
        Directory.CreateDirectory(Unpacked);
        var tar = TestCommand.Of("tar", "-xf", _store.Store.Blobs.Find(archive)!, "-C", Unpacked, "--strip-components=1", "--no-same-owner");
        Assert.Equal(0, (await _store.Processes.RunAsync(tar, CancellationToken.None)).ExitCode);
        return [.. TreeWalk.Of(Unpacked).Select(entry =>
            entry.Path + (entry.LinkTarget is { } target ? $" -> {target}" : entry.Type == EntryType.File && (entry.Mode & 0b1) != 0 ? " x" : ""))];
    }
}
