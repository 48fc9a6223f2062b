using Bootstrap.Platform;
using Bootstrap.Publishing;
using Bootstrap.Publishing.Verification;
using Bootstrap.Store;
using Bootstrap.Tests;

namespace Bootstrap.IntegrationTests.Publishing;

/// <summary>Commits that the real ostree pulls and checks out.</summary>
public sealed class OstreeTests : IDisposable
{
    private const string Branch = "toolchain/m68k/1";

    private readonly Publication _publication = new();

    public void Dispose() => _publication.Dispose();

    [Fact]
    public async Task A_repository_that_a_killed_first_publishing_left_half_made_is_gone_on_with()
    {
        Directory.CreateDirectory(_publication.InPublished("refs/heads"));
        Directory.CreateDirectory(_publication.InPublished("tmp"));
        await _publication.PublishAsAsync("ostree", "m68k");
        Assert.True(File.Exists(_publication.InPublished("summary")));
    }

    [Fact]
    public async Task A_commit_that_a_killed_publishing_left_in_part_fails_no_check_and_is_made_whole_by_the_next()
    {
        await _publication.PublishAsAsync("ostree", "m68k");
        var before = await AskAsync("rev-parse", $"--repo={_publication.Directory}", Branch);
        _publication.Write("usr/bin/gcc", "a newer compiler", 0b111_101_101);
        // As it is between two of its renames: the commit is there, of its objects none yet, and no branch has it.
        var (saved, whole) = (Path.Combine(_publication.Root, "saved"), Path.Combine(_publication.Root, "whole"));
        await RunAsync("cp", "-a", _publication.Directory, saved);
        var commit = await PublishAsync();
        Directory.Move(_publication.Directory, whole);
        Directory.Move(saved, _publication.Directory);
        var moved = $"objects/{commit.Digest.Hex[..2]}/{commit.Digest.Hex[2..]}.commit";
        Directory.CreateDirectory(Path.GetDirectoryName(_publication.InPublished(moved))!);
        File.Copy(Path.Combine(whole, moved), _publication.InPublished(moved));
        File.WriteAllText(_publication.InPublished($"state/{commit.Digest}.commitpartial"), "");

        var checks = await new PublicationVerifier(_publication.Processes, null).CheckAsync(_publication.Directory, CancellationToken.None);

        Assert.Equal(before, await AskAsync("rev-parse", $"--repo={_publication.Directory}", Branch));
        Assert.DoesNotContain(checks, check => check.Trouble is not null);
        Assert.Contains(checks, check => check.IsOther && check.What == $"state/{commit.Digest}.commitpartial");
        Assert.Equal(commit.Digest, (await PublishAsync()).Digest);
        Assert.Empty(Directory.GetFiles(_publication.InPublished("state")));
        await AskAsync("fsck", $"--repo={_publication.Directory}");
    }

    [Fact]
    public async Task A_directory_with_something_else_is_no_repository_half_made()
    {
        Directory.CreateDirectory(_publication.InPublished("tmp"));
        File.WriteAllText(_publication.InPublished("mine"), "");
        await Assert.ThrowsAsync<DefinitionException>(() => _publication.PublishAsAsync("ostree", "m68k"));
    }

    [Fact]
    public async Task A_checkout_of_what_was_pulled_is_the_tree_and_belongs_to_root()
    {
        await PublishAsync();
        var (client, tree) = (Path.Combine(_publication.Root, "client"), Path.Combine(_publication.Root, "checkout"));
        await AskAsync("init", $"--repo={client}", "--mode=archive");
        await AskAsync("remote", $"--repo={client}", "add", "--no-gpg-verify", "origin", $"file://{_publication.Directory}");
        await AskAsync("pull", $"--repo={client}", "origin", Branch);

        await AskAsync("export", $"--repo={client}", $"--output={tree}.tar", $"origin:{Branch}");

        Directory.CreateDirectory(tree);
        await RunAsync("tar", "-xpf", $"{tree}.tar", "-C", tree);
        Assert.Equal(Manifest.Of(_publication.Tree).Content, Manifest.Of(tree).Content);
        Assert.Matches("^d00755 0 0 ", await AskAsync("ls", $"--repo={client}", $"origin:{Branch}", "/"));
        Assert.Contains("m68k-toolchain-1, m68k-linux-gnu", await AskAsync("log", $"--repo={client}", $"origin:{Branch}"), StringComparison.Ordinal);
        Assert.Contains("\"content\"", await AskAsync("show", $"--repo={client}", "--print-metadata-key=bootstrap.manifest", $"origin:{Branch}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unchanged_tree_makes_no_new_commit_and_a_changed_one_a_delta_from_the_former()
    {
        var first = await PublishAsync();
        var second = await PublishAsync();
        Assert.Equal((true, false, first.Digest), (first.IsNew, second.IsNew, second.Digest));
        Assert.DoesNotContain(first.Digest.Hex, await DeltasAsync(), StringComparison.Ordinal);

        _publication.Write("usr/bin/gcc", "a newer compiler", 0b111_101_101);
        var third = await PublishAsync();
        Assert.Equal($"{first.Digest}-{third.Digest}\n", await DeltasAsync());
        Assert.Contains(first.Digest.Hex, await AskAsync("log", $"--repo={_publication.Directory}", Branch), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_delta_that_an_interrupted_publishing_left_out_is_made_by_the_next_one()
    {
        var first = await PublishAsync();
        _publication.Write("usr/bin/gcc", "a newer compiler", 0b111_101_101);
        var second = await PublishAsync();
        var delta = await DeltasAsync();
        TreeRemover.Remove(_publication.InPublished("deltas"));

        var third = await PublishAsync();

        Assert.False(third.IsNew);
        Assert.Equal(delta, await DeltasAsync());

        TreeRemover.Remove(_publication.InPublished("deltas"));
        await AskAsync("prune", $"--repo={_publication.Directory}", $"--delete-commit={first.Digest}");
        Assert.Equal(second.Digest, (await PublishAsync()).Digest);
        Assert.DoesNotContain(first.Digest.Hex, await DeltasAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_tree_has_the_same_commit_in_any_repository()
    {
        var here = await PublishAsync();
        var there = await PublishAsync(Path.Combine(_publication.Root, "elsewhere"));
        Assert.Equal(here.Digest, there.Digest);
    }

    [Fact]
    public async Task A_directory_with_something_else_in_it_is_left_alone()
    {
        Directory.CreateDirectory(_publication.Directory);
        await File.WriteAllTextAsync(_publication.InPublished("notes"), "the user's");

        var failure = await Assert.ThrowsAsync<DefinitionException>(() => PublishAsync());

        Assert.Contains("neither empty nor an OSTree repository", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["notes"], Directory.GetFileSystemEntries(_publication.Directory).Select(Path.GetFileName));
    }

    private async Task<PublishedItem> PublishAsync(string? repository = null) =>
        Assert.Single(await _publication.PublishAsAsync("ostree", repository, null, CancellationToken.None, _publication.Published()));

    private Task<string> DeltasAsync() => AskAsync("static-delta", "list", $"--repo={_publication.Directory}");

    private Task<string> AskAsync(params string[] arguments) => RunAsync("ostree", arguments);

    private async Task<string> RunAsync(string program, params string[] arguments)
    {
        var result = await _publication.Processes.RunAsync(TestCommand.Of(program, arguments), CancellationToken.None);
        Assert.True(result.ExitCode == 0, result.Error);
        return result.Output;
    }
}
