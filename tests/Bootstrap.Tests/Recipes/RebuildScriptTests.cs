using Bootstrap.Platform;
using Bootstrap.Tests.Platform;

namespace Bootstrap.Tests.Recipes;

/// <summary>The script by which verify-rebuild compares; what shows and strips a program here takes it for text.</summary>
public sealed class RebuildScriptTests : IDisposable
{
    private const string Trees = """
        mkdir -p bin made/bin
        printf '#!/bin/sh\ncat "$2"\n' > bin/toy-objdump
        printf '#!/bin/sh\nsed -i /symbols/d "$2"\n' > bin/toy-strip
        chmod +x bin/toy-*
        for name in as cc1 ld script; do
          printf '\177ELF\nContents of section .text:\n code of %s\nContents of section .rodata:\n data\nsymbols\n' $name > made/bin/$name
        done
        echo '#!/bin/sh' > made/bin/script
        cp -R made rebuilt
        cp -R made sysroot
        for name in sysroot/bin/*; do bin/toy-strip - $name; done
        ln -s ld sysroot/bin/ld.bfd
        echo 'what the sysroot has a link for' > made/bin/ld.bfd
        echo 'what the sysroot leaves out' > made/left-out
        """;

    private readonly TemporaryDirectory _directory = new();

    public RebuildScriptTests() => _directory.Shell(Trees);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Files_of_the_sysroot_are_compared_as_it_has_them()
    {
        await CompareAsync("4", 0);
        Assert.Equal($"4 files of {Size()} bytes compared: 4 identical, 0 different\n", File.ReadAllText(_directory["rebuild.txt"]));
    }

    [Theory]
    [InlineData("sed -i 's/ data/ other/' rebuilt/bin/cc1", "different: bin/cc1, of 80 and 81 bytes, in sections: .rodata\n")]
    [InlineData("sed -i s/code/text/ rebuilt/bin/cc1", "different: bin/cc1, of 80 and 80 bytes, in sections: .text\n")]
    [InlineData("echo true >> rebuilt/bin/script", "different: bin/script, of 10 and 15 bytes, in sections:")]
    [InlineData("rm rebuilt/bin/ld", "different: bin/ld, which was not built again\n")]
    public async Task Each_difference_is_told_with_its_place_and_there_is_no_result(string change, string expected)
    {
        _directory.Shell(change);
        var said = await CompareAsync("4", 1);

        Assert.Contains(expected, said.Output, StringComparison.Ordinal);
        Assert.Contains("3 identical, 1 different\n", said.Output, StringComparison.Ordinal);
        Assert.False(File.Exists(_directory["rebuild.txt"]));
    }

    [Fact]
    public async Task Too_few_files_are_no_proof()
    {
        Assert.Contains("so few files are no proof, expected at least 20", (await CompareAsync("20", 1)).Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_directory["rebuild.txt"]));
    }

    private long Size() => Directory.GetFiles(_directory["sysroot/bin"]).Where(file => new FileInfo(file).LinkTarget is null).Sum(file => new FileInfo(file).Length);

    private async Task<ProcessResult> CompareAsync(string minimum, int expected)
    {
        var script = Path.Combine(Checkout.Root, "src/recipes/rebuild/compare.sh");
        _directory.Write("run", $"export PATH=bin:$PATH TARGET=toy MINIMUM={minimum}; exec sh -eu {script} made sysroot rebuilt rebuild.txt\n");
        var said = await RecipeScript.RunAsync(_directory, _directory["run"]);
        Assert.True(said.ExitCode == expected, said.Output + said.Error);
        return said;
    }
}
