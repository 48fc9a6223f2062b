using Bootstrap.Platform;
using Bootstrap.Publishing;
using YamlDotNet.RepresentationModel;

namespace Bootstrap.IntegrationTests.Publishing;

/// <summary>A published project as files.</summary>
public sealed class BuildStreamTests : IDisposable
{
    private readonly Publication _publication = new();

    public void Dispose() => _publication.Dispose();

    [Fact]
    public async Task Each_import_names_a_tarball_that_is_there_and_its_digest()
    {
        await PublishAsync("m68k", "sh4");

        foreach (var element in (string[])["elements/toolchain/m68k.bst", "elements/toolchain/sh4.bst", "elements/host-tools.bst"])
        {
            var source = (YamlMappingNode)Read(element)["sources"][0];
            var file = _publication.InPublished(source["url"].ToString().Replace("toolchains:", "files/", StringComparison.Ordinal));
            Assert.Equal(Digest.OfFile(file).Hex, source["ref"].ToString());
            Assert.Equal("", source["base-dir"].ToString());
        }
    }

    [Fact]
    public async Task All_targets_that_were_ever_published_can_be_chosen()
    {
        await PublishAsync("sh4");
        await PublishAsync("m68k");

        var option = Read("project.conf")["options"]["target"];
        Assert.Equal(["m68k", "sh4"], ((YamlSequenceNode)option["values"]).Select(value => value.ToString()));
        Assert.Equal(2, ((YamlSequenceNode)Read("elements/toolchain.bst")["(?)"]).Children.Count);
    }

    [Fact]
    public async Task A_changed_toolchain_has_another_tarball_and_the_former_goes()
    {
        await PublishAsync("m68k");
        var before = Directory.GetFiles(_publication.InPublished("files"), "m68k*.tar.gz").Single();
        _publication.Write("usr/bin/gcc", "a newer compiler", 0b111_101_101);

        await PublishAsync("m68k");

        Assert.NotEqual(before, Directory.GetFiles(_publication.InPublished("files"), "m68k*.tar.gz").Single());
        var result = await _publication.RunAsync("sh", "-c", "cd files && sha256sum --check --strict SHA256SUMS");
        Assert.Equal(0, result.ExitCode);
    }

    [Fact]
    public async Task Where_the_tarballs_are_stays_as_the_user_wrote_it()
    {
        await PublishAsync("m68k");
        Assert.Contains($"toolchains: file://{_publication.Directory}/files/", File.ReadAllText(_publication.InPublished("include/place.yml")), StringComparison.Ordinal);
        const string Moved = "aliases: {toolchains: 'https://example.org/'}\n";
        File.WriteAllText(_publication.InPublished("include/place.yml"), Moved);

        await PublishAsync("m68k");

        Assert.Equal(Moved, File.ReadAllText(_publication.InPublished("include/place.yml")));
    }

    [Fact]
    public async Task A_toolchain_of_an_ostree_repository_is_an_element_of_its_own()
    {
        var repository = Path.Combine(_publication.Root, "repo");
        var commit = await CommitAsync(repository);
        await PublishWithAsync(repository, "m68k");

        var source = Read("elements/ostree/m68k.bst")["sources"][0];
        Assert.Equal(("ostree", "repositories:repo", "toolchain/m68k/1", commit.Digest.Hex), (source["kind"].ToString(), source["url"].ToString(), source["track"].ToString(), source["ref"].ToString()));
        Assert.Equal(["tar", "ostree"], ((YamlSequenceNode)Read("project.conf")["options"]["form"]["values"]).Select(value => value.ToString()));
        Assert.Contains("- include/repository.yml", File.ReadAllText(_publication.InPublished("project.conf")), StringComparison.Ordinal);
        var configured = File.ReadAllText(_publication.InPublished("project.conf"));
        File.WriteAllText(_publication.InPublished("project.conf"), configured.Replace("origin: pip", "origin: local", StringComparison.Ordinal));
        await PublishAsync("sh4");
        Assert.Equal("local", Read("project.conf")["plugins"][0]["origin"].ToString());
        Assert.Equal(3, ((YamlSequenceNode)Read("elements/toolchain.bst")["(?)"]).Children.Count);
    }

    [Fact]
    public async Task A_repository_may_have_any_name()
    {
        var repository = Path.Combine(_publication.Root, "the repo #1?%41");
        await CommitAsync(repository);
        await PublishWithAsync(repository + "/", "m68k");

        var place = Read("include/repository.yml")["aliases"]["repositories"].ToString();
        var url = Read("elements/ostree/m68k.bst")["sources"][0]["url"].ToString();

        Assert.Equal(repository, new Uri(place + url["repositories:".Length..]).LocalPath);
    }

    [Fact]
    public async Task A_repository_with_another_toolchain_is_refused()
    {
        var repository = Path.Combine(_publication.Root, "repo");
        await CommitAsync(repository);
        _publication.Write("usr/bin/gcc", "a newer compiler", 0b111_101_101);

        var failure = await Assert.ThrowsAsync<BuildException>(() => PublishWithAsync(repository, "m68k"));

        Assert.Contains("has no such toolchain on 'toolchain/m68k/1'", failure.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_publication.Directory));
    }

    [Fact]
    public async Task A_project_of_the_user_s_own_is_left_alone()
    {
        Directory.CreateDirectory(_publication.Directory);
        await File.WriteAllTextAsync(_publication.InPublished("project.conf"), "name: mine\n");

        var failure = await Assert.ThrowsAsync<DefinitionException>(() => PublishAsync("m68k"));

        Assert.Contains("neither empty nor a project that was published here", failure.Message, StringComparison.Ordinal);
        Assert.Equal("name: mine\n", File.ReadAllText(_publication.InPublished("project.conf")));
        Assert.Single(Directory.GetFileSystemEntries(_publication.Directory));
    }

    private Task PublishAsync(params string[] targets) => PublishWithAsync(null, targets);

    private async Task PublishWithAsync(string? repository, params string[] targets) => await _publication.PublishAsAsync(
        "buildstream", null, repository, CancellationToken.None, [.. targets.Select(target => _publication.Published(target))]);

    private async Task<PublishedItem> CommitAsync(string repository) =>
        Assert.Single(await _publication.PublishAsAsync("ostree", repository, null, CancellationToken.None, _publication.Published()));

    private YamlNode Read(string path)
    {
        var stream = new YamlStream();
        using var reader = new StringReader(File.ReadAllText(_publication.InPublished(path)));
        stream.Load(reader);
        return stream.Documents[0].RootNode;
    }
}
