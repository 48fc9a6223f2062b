using System.Text.RegularExpressions;
using Bootstrap.IntegrationTests.HostTools;
using Bootstrap.IntegrationTests.Sandboxing;
using Bootstrap.Tests;

namespace Bootstrap.IntegrationTests.Recipes;

/// <summary>What host tools happen to have does not get into a toolchain: binutils is configured in trees with libraries that it looks for.</summary>
[Collection(AlpineLikeGroup.Name)]
public sealed partial class NothingByAccidentTests(AlpineLike like)
{
    private const string Decoys = "tests/fixtures/decoys";
    private const string MakeLine = "  make configure-host MAKEINFO=true\n";

    // Only the parts that look for a library, or that these parts ask about themselves.
    private const string Configure = """
          make configure-bfd configure-binutils configure-gas configure-ld MAKEINFO=true
          for file in */config.h; do
            mkdir -p /out/guarded/${file%/*}
            cp $file /out/guarded/$file
          done

        """;

    private static readonly string[] Libraries = ["HAVE_ZSTD", "HAVE_LIBDEBUGINFOD", "HAVE_MSGPACK", "WITH_XXHASH", "HAVE_JANSSON"];

    // What only one of the two C libraries has.
    private static readonly string[] OfTheCLibrary =
    [
        // musl's plain functions take files of any size; those for large ones have been macros at most since 1.2.4.
        "HAVE_FOPEN64", "HAVE_FSEEKO64", "HAVE_FTELLO64", "HAVE_DECL_FOPEN64", "HAVE_DECL_FSEEKO64", "HAVE_DECL_FTELLO64",
        // Older than POSIX, or GNU's own: libiberty brings its own in their place, or does without.
        "HAVE_CANONICALIZE_FILE_NAME", "NEED_DECLARATION_CANONICALIZE_FILE_NAME", "HAVE_ON_EXIT", "HAVE_SIGSETMASK",
        // How much memory glibc's allocator holds, for ld --stats.
        "HAVE_MALLINFO", "HAVE_MALLINFO2",
    ];

    [Fact]
    public async Task Binutils_finds_no_library_that_the_recipe_forbids_and_differs_by_the_C_library_alone()
    {
        SharedAlpine.RequireLike();
        await like.TreeAsync();
        var alpine = await ConfigureAsync(like.Choice);
        var debian = await ConfigureAsync(AlpineLike.DebianChoice);

        foreach (var tree in new[] { alpine, debian })
        {
            // Were nothing forbidden, all would be found: the decoys are good ones.
            Assert.Equal(Libraries.Order(), Defined(tree, "unguarded").Intersect(Libraries).Order());
            Assert.Empty(Defined(tree, "guarded").Intersect(Libraries));
        }

        Assert.Equal(["bfd", "binutils", "gas", "ld", "libiberty", "libsframe"], Parts(alpine));
        Assert.Equal(Parts(alpine), Parts(debian));
        var differences = Parts(alpine).SelectMany(part => Lines(alpine, "guarded", part).Except(Lines(debian, "guarded", part))).Select(Name);
        Assert.Empty(differences.Except(OfTheCLibrary));
    }

    [Fact]
    public void The_native_binutils_may_use_no_more_than_the_cross_binutils() =>
        // It has no static libraries of its own instead of no shared ones.
        Assert.Equal(
            Forbidden("cross-binutils.yaml").Except(["--disable-shared"]),
            Forbidden("native/binutils.sh").Except(["--disable-static"]));

    private static IEnumerable<string> Forbidden(string file) =>
        Refusal().Matches(Checkout.Read($"src/recipes/{file}")).Select(match => match.Value).Order(StringComparer.Ordinal);

    /// <summary>Runs the recipe up to its configuration, with these host tools under the decoys, and returns where the result is.</summary>
    private async Task<string> ConfigureAsync(string hostTools)
    {
        var recipe = Checkout.Read("src/recipes/cross-binutils.yaml").Replace("name: cross-binutils", "name: guarded", StringComparison.Ordinal)
            .Replace("needs: [host-tools-check]", "needs: [decoys]", StringComparison.Ordinal);
        // The recipe itself declares them.
        var declarations = recipe.IndexOf("\nvariables:", StringComparison.Ordinal);
        recipe = recipe.Remove(declarations, recipe.IndexOf("\nrun:", StringComparison.Ordinal) - declarations);
        var end = recipe.IndexOf(MakeLine, StringComparison.Ordinal);
        Assert.True(end > 0, $"the recipe has no line '{MakeLine.Trim()}'");
        var definitions = Path.Combine(like.Root, "decoys");
        foreach (var file in Checkout.Files(Decoys))
        {
            var to = Path.Combine(definitions, Path.GetRelativePath(Decoys, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(Path.Combine(Checkout.Root, file), to, overwrite: true);
        }

        await File.WriteAllTextAsync(Path.Combine(definitions, "src/recipes/guarded.yaml"), recipe[..end] + Configure);
        var output = await like.RunAsync(["build", "m68k", "--to", "configured", "--definitions", definitions, "--host-tools", hostTools]);
        return Artifact().Match(output).Groups[1].Value;
    }

    private static string[] Parts(string tree) =>
        [.. Directory.GetDirectories(Path.Combine(tree, "guarded")).Select(directory => Path.GetFileName(directory)!).Order(StringComparer.Ordinal)];

    private static string[] Lines(string tree, string kind, string part) => File.ReadAllLines(Path.Combine(tree, kind, part, "config.h"));

    private static IEnumerable<string> Defined(string tree, string kind) => Directory.GetDirectories(Path.Combine(tree, kind))
        .SelectMany(part => Lines(tree, kind, Path.GetFileName(part)))
        .Where(line => line.StartsWith("#define ", StringComparison.Ordinal))
        .Select(Name)
        .Distinct();

    private static string Name(string line) => Setting().Match(line) is { Success: true } setting ? setting.Groups[1].Value : line;

    [GeneratedRegex(@"--(?:without|disable)-[\w-]+")]
    private static partial Regex Refusal();

    [GeneratedRegex(@"^(?:/\* )?#(?:define|undef) (\w+)")]
    private static partial Regex Setting();

    [GeneratedRegex(@"^  (/\S+)$", RegexOptions.Multiline)]
    private static partial Regex Artifact();
}
