using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Bootstrap.Platform;
using Bootstrap.Tests;

namespace Bootstrap.IntegrationTests.HostTools;

/// <summary>
/// The program as some user runs it, with a checkout that holds definitions of host tools, and a store of its own. All is readable by
/// everybody; the store belongs to that user.
/// </summary>
public sealed partial class HostToolsWorld : IDisposable
{
    /// <summary>Whoever runs the tests.</summary>
    public const string Self = "self";

    /// <summary>Somebody without any privilege, where root runs the tests.</summary>
    public const string Ordinary = "ordinary";

    private const UnixFileMode Everybody = (UnixFileMode)0b111_111_111;
    private const string OrdinaryNumber = "54321";

    private readonly ProcessRunner _processes = new();
    private readonly string _user;

    public HostToolsWorld(string user)
    {
        _user = user;
        foreach (var directory in new[] { Root, Path.Combine(Root, "program"), Path.Combine(Root, "home"), Path.Combine(Root, "checkout") })
        {
            Directory.CreateDirectory(directory);
            File.SetUnixFileMode(directory, Everybody);
        }
        // Where the tests lie somebody else may not be allowed to look.
        foreach (var file in Directory.GetFiles(AppContext.BaseDirectory))
            File.Copy(file, Path.Combine(Root, "program", Path.GetFileName(file)));
    }

    public static TheoryData<string> Users => Environment.UserName == "root" ? [Self, Ordinary] : [Self];

    public string Root { get; } = Directory.CreateTempSubdirectory("bootstrap-host-tools-").FullName;

    public string Store => Path.Combine(Root, "home", "store");

    public string Write(string path, string text)
    {
        var file = Path.Combine(Root, "checkout", path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
        return file;
    }

    /// <summary>Runs <c>bootstrap host-tools</c>.</summary>
    public Task<ProcessResult> RunAsync(params string[] options) => RunAsync([], ["host-tools", .. options, "--store", Store]);

    /// <summary>Runs the program behind a prefix of other programs.</summary>
    public Task<ProcessResult> RunAsync(ImmutableArray<string> prefix, ImmutableArray<string> arguments)
    {
        ImmutableArray<string> become = _user == Ordinary
            ? ["setpriv", $"--reuid={OrdinaryNumber}", $"--regid={OrdinaryNumber}", "--clear-groups"] : ["env"];
        ImmutableArray<string> words = [.. become, .. prefix, Path.Combine(Root, "program", "bootstrap"), .. arguments];
        var environment = new Dictionary<string, string?>
        {
            ["PATH"] = Environment.GetEnvironmentVariable("PATH"),
            ["DOTNET_ROOT"] = Environment.GetEnvironmentVariable("DOTNET_ROOT"),
            ["HOME"] = Path.Combine(Root, "home"),
            ["BOOTSTRAP_HOME"] = Path.Combine(Root, "checkout"),
        };
        return _processes.RunAsync(
            new CommandSpec(words[0], words[1..])
            {
                WorkingDirectory = Root,
                Environment = environment.Where(variable => variable.Value is not null)
                    .ToImmutableSortedDictionary(variable => variable.Key, variable => variable.Value!),
            },
            CancellationToken.None);
    }

    /// <summary>The content digest that a run printed.</summary>
    public static string Content(ProcessResult result)
    {
        Assert.True(result.ExitCode == 0, $"exit code {result.ExitCode}\n{result.Output}\n{result.Error}");
        return ContentLine().Match(result.Output).Groups[1].Value;
    }

    public string Tree(string content) => Path.Combine(Store, "trees", content, "tree");

    /// <summary>Takes all artifacts away, as a collection of garbage would.</summary>
    public void LoseArtifacts()
    {
        foreach (var directory in Directory.GetDirectories(Path.Combine(Store, "trees")).Concat(Directory.GetDirectories(Path.Combine(Store, "steps"))))
            TreeRemover.Remove(directory);
    }

    /// <summary>Nothing that was made is left: no tree, blob, pin or work.</summary>
    public void AssertStoreEmpty()
    {
        foreach (var name in new[] { "trees", "steps", "blobs", "pins", "work" })
            Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(Store, name)));
    }

    public void Dispose()
    {
        _processes.Dispose();
        TreeRemover.Remove(Root);
    }

    [GeneratedRegex("^content +([0-9a-f]{64})$", RegexOptions.Multiline)]
    private static partial Regex ContentLine();
}
