using System.Diagnostics;
using System.Text.Json.Nodes;
using Bootstrap.Platform;
using Bootstrap.Store;

namespace Bootstrap.IntegrationTests.Engine;

/// <summary>
/// The program itself, run as a user runs it, on definitions that build in a moment: a checkout of its own for each test, one store with
/// real host tools of a few Debian packages for all of them.
/// </summary>
public sealed class SmallWorld : IDisposable
{
    private const string HostTools = """
        name: debian
        provider: debian
        default: trixie
        packages: [base-files, bash, bzip2, coreutils, dash, findutils, gzip, libc-bin, make, patch, sed, tar, xz-utils]
        links: {}
        emulators:
          user: {package: qemu-user, file: usr/bin/PROGRAM}
          common: [base-files, dash]
          programs: {qemu-system-misc: [qemu-system-m68k]}
        releases: {trixie: {}, forky: {}}
        """;

    // A mirror that refuses: what is not asked for by name is Debian's.
    private const string AlpineHostTools = """
        name: alpine
        provider: alpine
        default: "1"
        packages: [none]
        releases:
          "1":
            version: "1"
            root:
              urls: [http://127.0.0.1:1/root.tar.gz]
              sha256: 0000000000000000000000000000000000000000000000000000000000000000
            repositories: [http://127.0.0.1:1/main]
        """;

    private const string Source = """
        name: unused
        version: "1"
        licence: MIT
        upstream:
          urls: [https://example.org/unused.tar.gz]
          sha256: 0000000000000000000000000000000000000000000000000000000000000000
        """;

    private const string Emulator = """
        name: cpu
        user-program: qemu-m68k
        trial: 7001 722a 4e40
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
    private (SmallCheckout Checkout, string[] Contents)? _toolchain;

    public string Root { get; } = Directory.CreateTempSubdirectory("bootstrap-engine-").FullName;

    public string Store => Path.Combine(Root, "store");

    public void Dispose() => TreeRemover.Remove(Root);

    /// <summary>A checkout with a target <c>toy</c> and no recipe but the one that unpacks sources.</summary>
    public SmallCheckout Checkout()
    {
        var checkout = new SmallCheckout(Path.Combine(Root, $"checkout-{Interlocked.Increment(ref _checkouts)}"), Store);
        checkout.Write("src/host-tools/debian.yaml", HostTools);
        checkout.Write("src/host-tools/alpine.yaml", AlpineHostTools);
        checkout.Write("src/sources/unused.yaml", Source);
        checkout.Target();
        checkout.Write("qemu/cpu.yaml", Emulator);
        checkout.Write("src/recipes/unpack-source.yaml", Unpack);
        return checkout;
    }

    /// <summary>A checkout with the <see cref="SmallToolchain"/>, and what its steps make here.</summary>
    public async Task<(SmallCheckout Checkout, string[] Contents)> ToolchainAsync()
    {
        if (_toolchain is not { } known)
        {
            var first = Checkout();
            SmallToolchain.WriteTo(first);
            await first.BuildAsync();
            _toolchain = known = (first, first.Contents());
        }

        return (new SmallCheckout(known.Checkout.Directory, await NewStoreAsync()), known.Contents);
    }

    /// <summary>Makes a store that holds the host tools and nothing else, at a path of its own or a given one.</summary>
    public async Task<string> NewStoreAsync(string? path = null)
    {
        var checkout = Checkout();
        checkout.Recipe("all", "true");
        var (exitCode, _, error) = await checkout.RunAsync("host-tools");
        Assert.True(exitCode == 0, error);
        using var from = ArtifactStore.Open(Store);
        using var store = ArtifactStore.Open(path ?? Path.Combine(Root, $"store-{Interlocked.Increment(ref _checkouts)}"));
        // Another test's collection may have removed the tree of an emulator, whose pin stays.
        var pins = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Store, "pins/host-tools.json")))!.AsObject();
        store.Import(from, pins.Select(pin => Digest.Parse((string)pin.Value!["key"]!)).Where(key => from.Steps.Find(key) is not null), []);
        return store.Root;
    }
}

/// <summary>A directory of definitions, and the program run on it.</summary>
public sealed class SmallCheckout(string directory, string store)
{
    /// <summary>Keeps what one test builds from being another's.</summary>
    public string Salt { get; } = Guid.NewGuid().ToString();

    public string Directory => directory;

    public string Store { get; set; } = store;

    /// <summary>What is given with <c>--emulators</c>, if anything: most tests run nothing on the target.</summary>
    public string? Emulators { get; set; }

    public void Write(string path, string text)
    {
        var file = Path.Combine(directory, path);
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    /// <summary>Writes the target <c>toy</c>, with what it may say besides.</summary>
    public void Target(string more = "") => Write("targets/toy.yaml", $$"""
        name: toy
        description: A target for tests
        triplet: m68k-linux-gnu
        emulator: cpu
        goals: [all]
        variables: {}
        {{more}}
        """);

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

    public Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments) => ResultAsync(Start(arguments));

    /// <summary>What a command prints that has to succeed.</summary>
    public async Task<string> OutputAsync(params string[] arguments)
    {
        var (exitCode, output, error) = await RunAsync(arguments);
        Assert.True(exitCode == 0, $"exit code {exitCode}\n{output}\n{error}");
        return output;
    }

    /// <summary>The end of a process that was started here.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> ResultAsync(Process started)
    {
        using var process = started;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }

    public Process Start(params string[] arguments) => StartWithin([], arguments);

    /// <summary>Starts the program by another one, which gets its command line as its last arguments.</summary>
    public Process StartWithin(string[] prefix, params string[] arguments) => Start(prefix, arguments, withStore: true);

    /// <summary>Leaves it to the program to find its store.</summary>
    public Process StartWithoutStore(string[] prefix, params string[] arguments) => Start(prefix, arguments, withStore: false);

    private Process Start(string[] prefix, string[] arguments, bool withStore)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "bootstrap");
        // Whoever runs the tests in the background of a script has them ignore Ctrl-C, and all that they start.
        return StartBy(["--default-signal=INT", .. prefix, program, .. arguments, "--sources", "upstream", .. Emulators is null ? [] : (string[])["--emulators", Emulators], .. withStore ? (string[])["--store", Store] : []]);
    }

    /// <summary>Runs the program with these arguments alone, by way of other programs such as <c>unshare</c>.</summary>
    public Process Start(string[] by, string[] arguments) =>
        StartBy(["--default-signal=INT", .. by, Path.Combine(AppContext.BaseDirectory, "bootstrap"), .. arguments]);

    private Process StartBy(string[] words) =>
        Process.Start(new ProcessStartInfo("env", words)
        {
            Environment = { ["BOOTSTRAP_HOME"] = directory },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    /// <summary>Builds, and returns the names of the steps that ran, in the order in which they ended.</summary>
    public async Task<string[]> BuildAsync(params string[] options)
    {
        var output = await OutputAsync(["build", "toy", .. options]);
        return [.. output.Split('\n').Where(line => line.StartsWith('[') && line.Contains(" built in ", StringComparison.Ordinal)).Select(StepName)];
    }

    /// <summary>What each step's last build made: the lines NAME DIGEST.</summary>
    public string[] Contents()
    {
        using var opened = ArtifactStore.Open(Store, anybodys: true);
        var steps = System.IO.Directory.GetFiles(Path.Combine(directory, "src/recipes")).Select(file => Path.GetFileNameWithoutExtension(file)!);
        return [.. steps.Order(StringComparer.Ordinal).SelectMany(step => opened.History.LastBuilds("toy", step).Take(1).Select(build => $"{step} {build.Content}"))];
    }

    private static string StepName(string line) => line[(line.IndexOf(']', StringComparison.Ordinal) + 2)..].Split(' ')[0].Split('/')[^1];
}

/// <summary>The one world of all engine tests: making its host tools takes seconds.</summary>
[CollectionDefinition(Name)]
public sealed class SmallWorldGroup : ICollectionFixture<SmallWorld>
{
    public const string Name = "small world";
}
