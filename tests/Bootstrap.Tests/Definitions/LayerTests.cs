using Bootstrap.Definitions;
using Bootstrap.Platform;

namespace Bootstrap.Tests.Definitions;

public sealed class LayerTests : IDisposable
{
    private readonly DefinitionTree _tree = new();
    private readonly string _further;

    public LayerTests()
    {
        _further = _tree.PathOf("further");
        Directory.CreateDirectory(_further);
    }

    [Fact]
    public void A_later_directory_s_file_replaces_the_whole_file_of_that_name()
    {
        _tree.Write("further/qemu/m68k.yaml", "name: m68k\nuser-program: qemu-mine\nelf: {bits: 32, endian: big, machine: 4}");

        var emulator = _tree.Read(_further).Emulators["m68k"];

        Assert.Equal("qemu-mine", emulator.UserProgram);
        Assert.Null(emulator.Cpu);
    }

    [Fact]
    public void What_a_later_file_replaces_is_not_looked_at()
    {
        _tree.Write("further/qemu/m68k.yaml", DefinitionTree.Emulator);
        _tree.Write("qemu/m68k.yaml", "[");

        Assert.Equal("", _tree.Problems(_further));
    }

    [Fact]
    public void A_later_directory_may_go_without_the_folder_src()
    {
        _tree.Write("further/recipes/more.yaml", DefinitionTree.Headers.Replace("name: headers", "name: more", StringComparison.Ordinal));
        _tree.Write("further/sources/gcc.yaml", DefinitionTree.Source.Replace("14.2.0\n", "15.1\n", StringComparison.Ordinal).Replace("../patches/b.patch", "b.patch", StringComparison.Ordinal));
        _tree.Write("further/sources/b.patch", "patch");
        _tree.Write("further/host-tools/debian.yaml", DefinitionTree.HostTools.Replace("default: trixie", "default: forky", StringComparison.Ordinal));

        var definitions = _tree.Read(_further);

        Assert.Equal(["compiler", "headers", "more"], definitions.Recipes.Keys);
        Assert.Equal("15.1", definitions.Source("gcc")!.Version);
        Assert.Equal("forky", definitions.HostTools["debian"].Default);
    }

    [Fact]
    public void The_last_of_two_mentions_of_a_directory_counts()
    {
        _tree.Write("further/qemu/m68k.yaml", DefinitionTree.Emulator.Replace("m68040", "m68020", StringComparison.Ordinal));

        Assert.Equal("m68040", _tree.Read(_further, _tree.Root + "/").Emulators["m68k"].Cpu);
    }

    [Fact]
    public void Two_files_for_one_name_in_one_directory_are_refused()
    {
        _tree.Write("recipes/headers.yaml", DefinitionTree.Headers);

        Assert.Equal(
            "recipes/headers.yaml: recipe 'headers' is in src/recipes/headers.yaml too, expected one file for it in a directory",
            _tree.Problems());
    }

    [Theory]
    [InlineData("qemu/sh4.yml", "sh4")]
    [InlineData("qemu/sh4.YAML", "sh4")]
    public void A_file_of_almost_the_right_extension_is_not_passed_over_in_silence(string file, string name)
    {
        _tree.Write(file, DefinitionTree.Emulator);

        Assert.Equal($"{file}: a file that is not read, expected the name '{name}.yaml'", _tree.Problems());
    }

    [Fact]
    public void A_file_where_a_directory_of_definitions_is_looked_for_is_not_passed_over_in_silence()
    {
        _tree.Write("releases", "name: mine");
        File.CreateSymbolicLink(Path.Combine(_tree.Root, "host-tools"), "nowhere");

        Assert.Equal(
            "host-tools: a file where definitions are looked for, expected a directory\nreleases: a file where definitions are looked for, expected a directory",
            _tree.Problems());
    }

    [Theory]
    [InlineData("qemu/.m68k.yaml")]
    [InlineData("qemu/m68k.yaml~")]
    [InlineData("qemu/README.md")]
    public void Files_of_editors_and_for_people_are_passed_over(string file)
    {
        _tree.Write(file, "[");

        Assert.Equal("", _tree.Problems());
    }

    [Fact]
    public void A_directory_that_is_not_there_is_refused()
    {
        Assert.Equal("missing: no such directory, expected a directory of definitions", _tree.Problems(_tree.PathOf("missing")));
    }

    [Fact]
    public void A_directory_that_holds_no_definitions_is_refused()
    {
        Directory.CreateDirectory(_tree.PathOf("documents/targest"));
        Assert.Equal(
            "documents: holds no definitions, expected one of the directories targets, qemu, src/recipes, recipes, src/sources, sources, src/releases, releases, src/host-tools, host-tools",
            _tree.Problems(_tree.PathOf("documents")));
    }

    [Fact]
    public void Definitions_without_host_tools_are_refused()
    {
        File.Delete(_tree.PathOf("src/host-tools/debian.yaml"));

        Assert.Equal(
            "src/host-tools/debian.yaml: no definition directory has this file, expected the packages of the host tools",
            _tree.Problems());
    }

    [Fact]
    public void No_directory_at_all_is_a_definition_error_and_nothing_worse()
    {
        Assert.Throws<DefinitionException>(() => DefinitionReader.Read([]));
    }

    public void Dispose() => _tree.Dispose();
}
