using System.Diagnostics;
using Bootstrap.Platform;

namespace Bootstrap.IntegrationTests.Engine;

/// <summary>
/// The program itself, run as a user runs it, on definitions that build in a moment: a checkout of its own for each test, one store with
/// real host tools of a few Debian packages for all of them.
/// </summary>
public sealed class SmallWorld : IDisposable
{
    private const string HostTools = """
        suite: trixie
        packages: [base-files, bash, bzip2, coreutils, dash, gzip, libc-bin, make, patch, sed, tar, xz-utils]
        links: {}
        """;

    private const string Source = """
        name: unused
        version: "1"
        licence: MIT
        upstream:
          urls: [https://example.org/unused.tar.gz]
          sha256: 0000000000000000000000000000000000000000000000000000000000000000
        """;

    private const string Target = """
        name: toy
        description: A target for tests
        triplet: m68k-linux-gnu
        emulator: cpu
        goals: [all]
        variables: {}
        """;

    private const string Emulator = """
        name: cpu
        user-program: qemu-m68k-static
        elf: {bits: 32, endian: big, machine: 4}
        """;

    private const string Unpack = """
        name: unpack-source
        summary: Unpack
        stage: host
        runs-on: host
        run: tar -xf /in/archive -C /out
        """;

    private int _checkouts;

    public string Root { get; } = Directory.CreateTempSubdirectory("bootstrap-engine-").FullName;

    public string Store => Path.Combine(Root, "store");

    public void Dispose() => TreeRemover.Remove(Root);

    /// <summary>A checkout with a target <c>toy</c> and no recipe but the one that unpacks sources.</summary>
    public SmallCheckout Checkout()
    {
        var checkout = new SmallCheckout(this, Path.Combine(Root, $"checkout-{Interlocked.Increment(ref _checkouts)}"));
        checkout.Write("src/host-tools/debian.yaml", HostTools);
        checkout.Write("src/sources/unused.yaml", Source);
        checkout.Write("targets/toy.yaml", Target);
        checkout.Write("qemu/cpu.yaml", Emulator);
        checkout.Write("src/recipes/unpack-source.yaml", Unpack);
        return checkout;
    }
}

/// <summary>A directory of definitions, and the program run on it.</summary>
public sealed class SmallCheckout(SmallWorld world, string directory)
{
    /// <summary>Keeps what one test builds from being another's.</summary>
    public string Salt { get; } = Guid.NewGuid().ToString();

    public string Store => world.Store;

    public string Directory { get; } = directory;

    public void Write(string path, string text)
    {
        var file = Path.Combine(Directory, path);
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    /// <summary>Writes a recipe that runs on the host.</summary>
    public void Recipe(string name, string run, string more = "") => Write($"src/recipes/{name}.yaml", $$"""
        name: {{name}}
        summary: The step {{name}}
        stage: cross
        runs-on: host
        environment: {SALT: "{{Salt}} ${triplet}"}
        {{more}}
        run: |
          {{run.ReplaceLineEndings("\n  ")}}
        """);

    public async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }

    public Process Start(params string[] arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "bootstrap");
        // Whoever runs the tests in the background of a script has them ignore Ctrl-C, and all that they start.
        string[] words = ["--default-signal=INT", program, .. arguments, "--store", world.Store, "--sources", "upstream"];
        return Process.Start(new ProcessStartInfo("env", words)
        {
            Environment = { ["BOOTSTRAP_HOME"] = Directory },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    /// <summary>Builds, and returns the names of the steps that ran, in the order in which they ended.</summary>
    public async Task<string[]> BuildAsync(params string[] options)
    {
        var (exitCode, output, error) = await RunAsync(["build", "toy", .. options]);
        Assert.True(exitCode == 0, $"exit code {exitCode}\n{output}\n{error}");
        return [.. output.Split('\n').Where(line => line.StartsWith('[') && line.Contains(" built in ", StringComparison.Ordinal)).Select(StepName)];
    }

    private static string StepName(string line) => line[(line.IndexOf(']', StringComparison.Ordinal) + 2)..].Split(' ')[0].Split('/')[^1];
}

/// <summary>The one world of all engine tests: making its host tools takes seconds.</summary>
[CollectionDefinition(Name)]
public sealed class SmallWorldGroup : ICollectionFixture<SmallWorld>
{
    public const string Name = "small world";
}
