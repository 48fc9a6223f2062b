using System.Collections.Immutable;
using Bootstrap.Platform;
using Bootstrap.Sandboxing;

namespace Bootstrap.IntegrationTests.Sandboxing;

/// <summary>A scratch directory and a sandbox whose programs are the host's own: its /usr, and the links into it.</summary>
public sealed class SandboxFixture : IDisposable
{
    private readonly ProcessRunner _processes = new();
    private int _runs;

    public SandboxFixture()
    {
        Root = Make("root");
        foreach (var name in (string[])["bin", "sbin", "lib", "lib64"])
        {
            // On every distribution with a merged /usr; elsewhere the tests that need a shell say what is missing.
            if (new DirectoryInfo("/" + name).LinkTarget is { } target)
                File.CreateSymbolicLink(Path.Combine(Root, name), target);
        }

        Sandbox = new Sandbox(_processes);
        WithoutOverlays = new Sandbox(_processes, overlays: false);
    }

    public Sandbox Sandbox { get; }

    /// <summary>A sandbox as on a host whose kernel mounts no overlays for ordinary users.</summary>
    public Sandbox WithoutOverlays { get; }

    public ProcessRunner Processes => _processes;

    /// <summary>The directory of everything below; its name is found nowhere else on this host.</summary>
    public string Scratch { get; } = Directory.CreateTempSubdirectory("bootstrap-sandbox-").FullName;

    /// <summary>The layer with the links into /usr.</summary>
    public string Root { get; }

    /// <summary>Makes a directory with text files in it.</summary>
    public string Make(string name, params (string Path, string Text)[] files)
    {
        var directory = Directory.CreateDirectory(Path.Combine(Scratch, name)).FullName;
        foreach (var (path, text) in files)
        {
            var file = Path.Combine(directory, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, text);
        }

        return directory;
    }

    public SandboxSpec Spec(params string[] arguments) => new()
    {
        Root = [Root],
        Mounts = [Mount.ReadOnly("/usr", ["/usr"])],
        Environment = ImmutableSortedDictionary<string, string>.Empty.Add("PATH", "/usr/sbin:/usr/bin"),
        Arguments = [.. arguments],
    };

    /// <summary>Runs a shell script over a specification and gives back its exit code and all it wrote.</summary>
    public Task<(int ExitCode, string Log)> ShellAsync(string script, params Mount[] mounts)
    {
        var spec = Spec("sh", "-c", script);
        return RunAsync(spec with { Mounts = spec.Mounts.AddRange(mounts) });
    }

    public Task<(int ExitCode, string Log)> RunAsync(SandboxSpec spec) => RunAsync(spec, Sandbox);

    public async Task<(int ExitCode, string Log)> RunAsync(SandboxSpec spec, Sandbox sandbox)
    {
        var work = Make($"work-{Interlocked.Increment(ref _runs)}");
        var log = Path.Combine(work, "log");
        var exitCode = await sandbox.RunAsync(spec, work, log, CancellationToken.None);
        return (exitCode, File.ReadAllText(log));
    }

    public void Dispose()
    {
        _processes.Dispose();
        TreeRemover.Remove(Scratch);
    }
}
