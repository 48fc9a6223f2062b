using Bootstrap.Definitions;
using Bootstrap.Platform;

namespace Bootstrap.Tests.Definitions;

public sealed class ReplacementTests : IDisposable
{
    private const string Target = "targets/m68k.yaml";
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";
    private const string Sha256 = "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc";

    private readonly DefinitionTree _tree = new();

    public void Dispose() => _tree.Dispose();

    [Fact]
    public void A_target_may_build_another_tarball()
    {
        var gcc = Replace($"{{version: 15.1.0, urls: [https://example.org/gcc-15.1.0.tar.xz], sha256: {Sha256}}}");
        var tarball = Assert.IsType<TarballOrigin>(gcc.Origin).Tarball;
        Assert.Equal("15.1.0", gcc.Version);
        Assert.Equal(new Uri("https://example.org/gcc-15.1.0.tar.xz"), Assert.Single(tarball.Urls));
        Assert.Equal(Digest.Parse(Sha256), tarball.Sha256);
        Assert.Empty(gcc.Patches);
    }

    [Theory]
    [InlineData("https://example.org/gcc.git")]
    [InlineData("file:///srv/gcc")]
    public void A_target_may_build_a_commit(string repository)
    {
        var gcc = Replace($"{{git: {repository}, commit: {Commit}, patches: [patches/a.patch]}}");
        Assert.Equal(new CommitOrigin(new Uri(repository), Commit), gcc.Origin);
        Assert.Equal("g0123456789ab", gcc.Version);
        Assert.Equal("a.patch", Assert.Single(gcc.Patches).Name);
    }

    [Fact]
    public void A_target_may_build_a_directory_wherever_it_is()
    {
        var directory = Directory.CreateTempSubdirectory("elsewhere-");
        var gcc = Replace($"{{dir: {directory.FullName}/, version: 16-mine}}");
        Assert.Equal((new DirectoryOrigin(directory.FullName), "16-mine"), (gcc.Origin, gcc.Version));
        directory.Delete();
        Directory.CreateDirectory(_tree.PathOf("my-gcc"));
        _tree.Edit(Target, directory.FullName + "/", "../my-gcc");
        Assert.Equal(new DirectoryOrigin(_tree.PathOf("my-gcc")), _tree.Read().Targets["m68k"].Replacements["gcc"].Origin);
    }

    [Theory]
    [InlineData("{}", "10:8: a replacement of a source with none of the keys urls, git, dir, expected exactly one")]
    [InlineData("{git: https://example.org/a, dir: .}", "10:8: a replacement of a source with more than one of the keys urls, git, dir, expected exactly one")]
    [InlineData("{git: https://example.org/a}", "10:8: a replacement by a commit without the key 'commit', expected a commit of 40 lower-case hexadecimal digits")]
    [InlineData("{git: https://example.org/a, commit: main}", "10:45: 'commit' is 'main', expected a commit of 40 lower-case hexadecimal digits")]
    [InlineData("{git: 'ext::sh -c date', commit: " + Commit + "}", "10:14: 'git' is 'ext::sh -c date', expected an absolute https, http or file URL of a git repository, without a query or fragment")]
    [InlineData("{git: -uhoh, commit: " + Commit + "}", "10:14: 'git' is '-uhoh', expected an absolute https, http or file URL of a git repository, without a query or fragment")]
    [InlineData("{git: file://host/a, commit: " + Commit + "}", "10:14: 'git' is 'file://host/a', expected an absolute https, http or file URL of a git repository, without a query or fragment")]
    [InlineData("{git: 'http://h/r.git?private_token=SECRET', commit: " + Commit + "}", "10:14: 'git' is 'http://h/r.git?private_token=***', expected an absolute https, http or file URL of a git repository, without a query or fragment")]
    [InlineData("{git: 'http://h?a', commit: " + Commit + "}", "10:14: 'git' is 'http://h?a', expected an absolute https, http or file URL of a git repository, without a query or fragment")]
    [InlineData("{git: 'file:///r.git#a', commit: " + Commit + "}", "10:14: 'git' is 'file:///r.git#a', expected an absolute https, http or file URL of a git repository, without a query or fragment")]
    [InlineData("{urls: [https://example.org/a.tar.gz], sha256: " + Sha256 + "}", "10:8: a replacement by a tarball without the key 'version', expected a version of letters, digits and '.', '_', '+', '~', '-', a letter or digit first")]
    [InlineData("{version: 1, urls: [], sha256: " + Sha256 + "}", "10:27: 'urls' is empty, expected a list of URLs")]
    [InlineData("{dir: nowhere}", "10:14: 'dir' is 'nowhere', expected a directory at 'targets/nowhere'")]
    [InlineData("{dir: ., sha256: " + Sha256 + "}", "10:17: unknown key 'sha256' of a replacement by a directory, expected one of dir, patches, version")]
    [InlineData("https://example.org", "10:8: 'gcc' is text, expected a mapping")]
    public void What_is_no_replacement_is_refused_at_its_place(string written, string expected)
    {
        _tree.Write(Target, $"{DefinitionTree.Target}\nsources:\n  gcc: {written}\n");
        Assert.Equal($"{Target}:{expected}", _tree.Problems());
    }

    [Fact]
    public void A_source_that_does_not_exist_can_t_be_replaced()
    {
        _tree.Write(Target, $"{DefinitionTree.Target}\nsources: {{gccc: {{dir: .}}}}\n");
        Assert.Equal($"{Target}:9:11: unknown source 'gccc', expected the name of a file in src/sources or sources; did you mean 'gcc'?", _tree.Problems());
    }

    private Replacement Replace(string written)
    {
        _tree.Write(Target, $"{DefinitionTree.Target}\nsources:\n  gcc: {written}\n");
        return _tree.Read().Targets["m68k"].Replacements["gcc"];
    }
}
