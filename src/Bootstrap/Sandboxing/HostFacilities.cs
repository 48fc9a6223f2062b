using Bootstrap.Platform;

namespace Bootstrap.Sandboxing;

/// <summary>What this host's kernel lets a sandbox do, tried out in one go: its words for each problem, null where there is none.</summary>
internal sealed record HostFacilities(string? Namespaces, string? Overlay, string? Binfmt, string? Proc)
{
    private const string Script = """
        try() {
          name=$1
          shift
          problem=$("$@" 2>&1) || echo $name $problem
        }
        try overlay mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work,userxattr merged
        try binfmt mount -t binfmt_misc binfmt_misc merged
        try proc "$2" --unshare-user --unshare-pid --ro-bind / / --proc /proc true

        """;

    /// <summary>Tries it all in an existing directory, on whose file system the overlay is tried; removes what it made there.</summary>
    public static async Task<HostFacilities> ProbeAsync(
        ProcessRunner processes, SandboxHost host, string directory, CancellationToken cancel)
    {
        var scratch = Path.Combine(directory, "probe");
        foreach (var name in (string[])["lower", "upper", "work", "merged"])
            Directory.CreateDirectory(Path.Combine(scratch, name));

        try
        {
            var command = OuterCommand.OfText(Script, scratch, host);
            var result = await processes.RunAsync(command with { Arguments = command.Arguments.Add(host.Bubblewrap) }, cancel);
            return Read(result);
        }
        finally
        {
            OverlayWork.Clear(Path.Combine(scratch, "work"));
            Directory.Delete(scratch, recursive: true);
        }
    }

    private static HostFacilities Read(ProcessResult result)
    {
        if (result.ExitCode != 0)
        {
            const string Untried = "not tried, for want of a user namespace";
            return new HostFacilities(result.Error.Trim(), Untried, Untried, Untried);
        }

        var problems = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' ', 2)).ToDictionary(
            words => words[0], words => words[^1], StringComparer.Ordinal);
        return new HostFacilities(
            null, problems.GetValueOrDefault("overlay"), problems.GetValueOrDefault("binfmt"), problems.GetValueOrDefault("proc"));
    }
}
