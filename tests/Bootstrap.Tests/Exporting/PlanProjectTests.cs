using Bootstrap.Definitions;
using Bootstrap.Exporting;
using Bootstrap.Planning;
using Bootstrap.Platform;

namespace Bootstrap.Tests.Exporting;

public sealed class PlanProjectTests
{
    [Fact]
    public void The_archive_of_an_upstream_source_comes_from_all_its_URLs()
    {
        var project = ExportSamples.Project(ExportSamples.Unpack(
            SourceVariant.Upstream, "https://one.example/a/zlib-1.tar.xz", "https://two.example/b/zlib-1.tar.xz", "https://three.example/other.tar.xz"));
        Assert.Equal(
            $"""
            # zlib 1.0, as it is published, and the patches for it
            # also at https://three.example/other.tar.xz
            kind: import
            sources:
            - kind: remote
              url: upstream-zlib:zlib-1.tar.xz
              ref: {Digest.Of("zlib")}
              filename: archive
            - kind: local
              path: files/patches/zlib
              directory: patches

            """,
            project.Element("archives/zlib").Replace($"ref: {Digest.Of("zlib")}", $"ref: {Digest.Of("zlib")}", StringComparison.Ordinal));
        var document = Text(project, "project.conf");
        Assert.Contains("  upstream-zlib: https://one.example/a/\n", document, StringComparison.Ordinal);
        Assert.Contains("mirrors:\n- name: further\n  aliases:\n    upstream-zlib:\n    - https://two.example/b/\n", document, StringComparison.Ordinal);
    }

    [Fact]
    public void An_archive_that_no_URL_serves_is_a_file_of_the_project()
    {
        var project = ExportSamples.Project(ExportSamples.Unpack(SourceVariant.Debian, "https://one.example/a/zlib-1.tar.xz"));
        Assert.Contains("url: files:archives/zlib/zlib_1.0.orig.tar.xz\n", project.Element("archives/zlib"), StringComparison.Ordinal);
        Assert.Contains(new CopiedFile("files/archives/zlib/zlib_1.0.orig.tar.xz", null, Digest.Of("Debian's zlib")), project.Files);
        Assert.Contains("  files: file:///srv/a%20b/files/\n", Text(project, "project.conf"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_source_is_unpacked_by_the_commands_that_unpack_it_elsewhere()
    {
        var project = ExportSamples.Project(ExportSamples.Unpack(SourceVariant.Debian), ExportSamples.Step("all") with
        {
            Inputs = [new StepInput(new StepId(null, "source-zlib"), "/src/zlib")],
        });
        Assert.Contains("- filename: archives/zlib.bst\n  config:\n    location: /in\n", project.Element("sources/zlib"), StringComparison.Ordinal);
        Assert.Contains("    . /bootstrap/begin.sh\n    make\n", project.Element("sources/zlib"), StringComparison.Ordinal);
        Assert.Contains("- filename: sources/zlib.bst\n  config:\n    location: /src/zlib\n", project.Element("m68k/all"), StringComparison.Ordinal);
        Assert.Contains(new CopiedFile("files/patches/zlib/0000-mend.patch", "/patches/mend.patch", Digest.Of("mend")), project.Files);
    }

    [Fact]
    public void Recipes_share_their_files_and_another_directory_of_the_same_name_is_another_element()
    {
        Step With(string name, string content, string path) => ExportSamples.Step(name) with { RecipeFiles = Digest.Of(content), RecipeFilesPath = path };
        var project = ExportSamples.Project(With("a", "one", "/x/compose"), With("b", "one", "/x/compose"), With("c", "two", "/y/compose"));
        var other = $"compose-{Digest.Of("two").Abbreviated}";
        Assert.Contains("- filename: recipe-files/compose.bst\n  config:\n    location: /files\n", project.Element("m68k/b"), StringComparison.Ordinal);
        Assert.Contains($"- filename: recipe-files/{other}.bst\n", project.Element("m68k/c"), StringComparison.Ordinal);
        Assert.Equal(
            [new CopiedDirectory("files/recipes/compose", "/x/compose"), new CopiedDirectory($"files/recipes/{other}", "/y/compose")],
            project.Files.OfType<CopiedDirectory>());
    }

    [Fact]
    public void What_is_left_out_is_named_in_the_readme()
    {
        var project = ExportSamples.Project(ExportSamples.Step("image"), ExportSamples.Step("check", "image").Booting(), ExportSamples.Step("report", "check"));
        Assert.EndsWith("- `m68k/check`: runs in a booted machine\n- `m68k/report`: needs m68k/check\n", Text(project, "README.md"), StringComparison.Ordinal);
        Assert.Equal("m68k/image.bst", Assert.Single(project.Goals));
    }

    [Fact]
    public void Steps_that_would_have_one_name_are_refused()
    {
        var refused = Assert.Throws<DefinitionException>(() => ExportSamples.Project(ExportSamples.Step("x") with { Id = new StepId(null, "host-tools") }));
        Assert.Contains("Two elements would be called 'host-tools.bst'", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_plan_gives_the_same_text()
    {
        static string All() => string.Concat(ExportSamples.Project([.. ExportSamples.Toolchain.Steps]).FilesFor("/srv").OfType<WrittenFile>());
        Assert.Equal(All(), All());
    }

    private static string Text(PlanProject project, string path) =>
        project.FilesFor("/srv/a b").OfType<WrittenFile>().Single(file => file.Path == path).Text;
}
