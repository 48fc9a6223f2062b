using System.Collections.Immutable;
using Bootstrap.Definitions;
using Bootstrap.Planning;
using Bootstrap.Platform;
using Bootstrap.Tests.Planning;

namespace Bootstrap.Tests.Definitions;

/// <summary>Several versions of a source, and the releases that choose among them.</summary>
public sealed class ReleaseTests : IDisposable
{
    private readonly DefinitionTree _tree = new();

    public ReleaseTests()
    {
        Version("gcc-16.2.0", "16.2.0");
        Release("old", "versions: {gcc: 14.2.0}");
        Release("new", "versions: {gcc: 16.2.0}");
        Release("default", "based-on: old");
    }

    [Fact]
    public void The_release_chooses_the_version_and_the_target_the_release()
    {
        var definitions = _tree.Read();
        Assert.Equal(["14.2.0", "16.2.0"], definitions.Sources["gcc"].Select(source => source.Version));
        var target = definitions.Targets["m68k"];
        Assert.Equal("14.2.0", definitions.Source("gcc", target)!.Version);
        Assert.Equal("16.2.0", definitions.Source("gcc", target with { Release = "new" })!.Version);
        Assert.Equal("14.2.0", definitions.WithRelease("old").Targets.Values.Select(each => definitions.Source("gcc", each)!.Version).Single());
    }

    [Fact]
    public void A_release_of_the_command_line_goes_before_that_of_a_target()
    {
        _tree.Edit("targets/m68k.yaml", "emulator: m68k\n", "emulator: m68k\nrelease: old\n");
        var definitions = _tree.Read().WithRelease("new");
        Assert.Equal("16.2.0", definitions.Source("gcc", definitions.Targets["m68k"])!.Version);
    }

    [Fact]
    public void A_target_keeps_the_newest_version_that_it_works_with_where_it_does_not_with_the_releases()
    {
        _tree.Edit("targets/m68k.yaml", "emulator: m68k\n", "emulator: m68k\nneeds-version: {gcc: \"< 15\"}\n");
        var definitions = _tree.Read().WithRelease("new");
        Assert.Equal("14.2.0", definitions.Source("gcc", definitions.Targets["m68k"])!.Version);
        Assert.Equal("16.2.0", definitions.Source("gcc")!.Version);
    }

    [Fact]
    public void Versions_beside_one_another_need_a_release_that_names_one()
    {
        File.Delete(_tree.PathOf("src/releases/default.yaml"));
        var failure = Assert.Throws<DefinitionException>(() => _tree.Read().Source("gcc"));
        Assert.Contains("release 'default' names no version of source 'gcc', expected one of 14.2.0, 16.2.0", failure.Message, StringComparison.Ordinal);
        Assert.Contains("'based-on: default' and 'versions: {gcc: \"16.2.0\"}'", failure.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void A_later_directorys_file_of_one_version_takes_the_place_of_an_earlier_ones()
    {
        _tree.Write("further/sources/gcc-14.2.0.yaml", DefinitionTree.Source.Replace("http://example.org", "http://example.com", StringComparison.Ordinal).Replace("../patches/b.patch", "b.patch", StringComparison.Ordinal));
        _tree.Write("further/sources/b.patch", "patch");
        var versions = _tree.Read(_tree.PathOf("further")).Sources["gcc"];
        Assert.Equal(["14.2.0", "16.2.0"], versions.Select(source => source.Version));
        Assert.Equal("example.com", versions[0].Upstream.Urls[1].Host);
    }

    [Theory]
    [InlineData("versions: {gcc: 15.1.0}", "src/releases/mine.yaml:3:17: source 'gcc' has no version '15.1.0', expected one of 14.2.0, 16.2.0, or a file sources/gcc-15.1.0.yaml")]
    [InlineData("versions: {gmp: 15.1.0}", "src/releases/mine.yaml:3:12: unknown source 'gmp', expected the name of a file in src/sources or sources")]
    [InlineData("based-on: odl", "src/releases/mine.yaml:3:11: unknown release 'odl', expected the name of a file in src/releases or releases; did you mean 'old'?")]
    [InlineData("based-on: mine", "src/releases/mine.yaml:3:11: a release that is based on itself (mine -> mine), expected one that ends")]
    public void A_release_that_can_not_hold_is_refused_at_its_place(string text, string problem)
    {
        Release("mine", text);
        Assert.Contains(problem, _tree.Problems(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_release_that_leads_to_a_cycle_is_none_of_it()
    {
        Release("first", "based-on: second");
        Release("second", "based-on: third");
        Release("third", "based-on: second");
        Assert.Equal(
            "src/releases/second.yaml:3:11: a release that is based on itself (second -> third -> second), expected one that ends\n"
            + "src/releases/third.yaml:3:11: a release that is based on itself (third -> second -> third), expected one that ends", _tree.Problems());
    }

    [Theory]
    [InlineData("gcc-15.1", "16.2.0", "src/sources/gcc-15.1.yaml:1:1: version '16.2.0' of gcc, expected the file name gcc-16.2.0.yaml")]
    [InlineData("binutils-16.2.0", "16.2.0", "src/sources/binutils-16.2.0.yaml:1:7: 'name' is 'gcc', expected 'binutils-16.2.0' as the file is named, or that without the version at its end")]
    [InlineData("gcc-14.2.0", "14.2.0", "src/sources/gcc-14.2.0.yaml:1:1: version '14.2.0' of gcc is in src/sources/gcc.yaml too, expected one file for it in a directory")]
    public void A_source_s_file_is_named_after_it_and_its_version(string file, string version, string problem)
    {
        Version(file, version);
        Assert.Contains(problem, _tree.Problems(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_release_is_refused_with_the_nearest()
    {
        var failure = Assert.Throws<DefinitionException>(() => _tree.Read().WithRelease("nwe"));
        Assert.Contains("There is no release 'nwe'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("'new'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Targets_of_two_releases_share_what_is_the_same_and_keep_apart_what_is_not()
    {
        var next = Samples.Zlib with { Version = "2.0", Upstream = new UpstreamTarball([], Digest.Of("zlib 2")) };
        var release = new Release("new", "", null, ImmutableSortedDictionary<string, LocatedText>.Empty.Add("zlib", new LocatedText("2.0", Samples.Somewhere)), Samples.Somewhere);
        var old = release with { Name = "default", Versions = release.Versions.SetItem("zlib", new LocatedText("1.0", Samples.Somewhere)) };
        Recipe[] recipes =
        [
            Samples.Recipe("all", "tools", "library"), Samples.Recipe("tools"),
            Samples.Recipe("library").With("V", "${zlib-version}") with { Sources = ["zlib"] },
        ];
        var definitions = Samples.Definitions([Samples.Target("m68k"), Samples.Target("sh4") with { Release = "new" }], recipes) with
        {
            Sources = ImmutableSortedDictionary<string, ImmutableArray<Source>>.Empty.Add("zlib", [Samples.Zlib, next]),
            Releases = ImmutableSortedDictionary<string, Release>.Empty.Add("default", old).Add("new", release),
        };
        Assert.Equal(["zlib 1.0", "zlib 2.0"], Unresolved.Of(definitions, ["m68k", "sh4"], null).Sources.Select(source => source.Title));
        var resolution = Samples.Resolution with { Sources = Samples.Resolution.Sources.Add("zlib 2.0", new PinnedSource(next, SourceVariant.Upstream)) };
        var plan = Planner.Plan(definitions, resolution, ["m68k", "sh4"]);
        Assert.Equal(
            ["tools", "source-zlib", "library", "all", "sh4/source-zlib", "sh4/library", "sh4/all"], plan.Steps.Select(step => step.Id.ToString()));
        Assert.Equal(["1.0", "2.0"], plan.Steps.Where(step => step.Id.Name == "library").Select(step => step.Environment["V"]));

        var alone = Planner.Plan(definitions.WithRelease("new"), resolution, ["sh4"]);
        Assert.Equal(["tools", "source-zlib", "library", "all"], alone.Steps.Select(step => step.Id.ToString()));
        Assert.Equal(plan.Find("sh4", "all")!.Environment, alone.Find("sh4", "all")!.Environment);
    }

    [Fact]
    public void A_patch_for_some_versions_is_applied_to_these_alone()
    {
        var (always, sometimes) = (new Patch("a.patch", "/a.patch", Digest.Of("a")), new Patch("b.patch", "/b.patch", Digest.Of("b"), new VersionWindow("", "< 1.0", null, Samples.Somewhere)));
        string[] PatchesOf(string version)
        {
            var source = Samples.Zlib with { Version = version, Patches = [always, sometimes] };
            var definitions = Samples.Definitions([Samples.Target("m68k")], Samples.Recipe("all") with { Sources = ["zlib"] }) with
            {
                Sources = ImmutableSortedDictionary<string, ImmutableArray<Source>>.Empty.Add("zlib", [source]),
            };
            var resolution = Samples.Resolution with { Sources = ImmutableSortedDictionary<string, PinnedSource>.Empty.Add(source.Title, new PinnedSource(source, SourceVariant.Upstream)) };
            return [.. Planner.Plan(definitions, resolution, ["m68k"]).Steps[0].Files.Skip(1).Select(file => file.At)];
        }

        Assert.Equal(["/in/patches/0000-a.patch", "/in/patches/0001-b.patch"], PatchesOf("0.9"));
        Assert.Equal(["/in/patches/0000-a.patch"], PatchesOf("1.0"));
    }

    [Fact]
    public void A_patch_and_its_versions_are_read()
    {
        _tree.Edit("src/sources/gcc.yaml", "patches: [../patches/b.patch]", "patches: [{patch: ../patches/b.patch, version: \"< 15\"}]");
        var patch = Assert.Single(_tree.Read().Source("gcc")!.Debian!.Patches);
        Assert.Equal(("b.patch", "< 15"), (patch.Name, patch.Window?.Text));
    }

    public void Dispose() => _tree.Dispose();

    private void Version(string file, string version) =>
        _tree.Write($"src/sources/{file}.yaml", DefinitionTree.Source.Replace("version: 14.2.0\n", $"version: {version}\n", StringComparison.Ordinal));

    private void Release(string name, string text) => _tree.Write($"src/releases/{name}.yaml", $"name: {name}\ndescription: Versions\n{text}\n");
}
