using System.Runtime.CompilerServices;
using Bootstrap.Booting;
using Bootstrap.Cli.Rendering;
using Bootstrap.Definitions;
using Bootstrap.HostTools;
using Bootstrap.Platform;
using Bootstrap.Sandboxing;

namespace Bootstrap.Cli.Diagnosis;

/// <summary>Checks everything that a build needs of this host, in the order in which it would be missed.</summary>
internal sealed class Examination(Workspace workspace)
{
    /// <summary>What a target holds on disk while it is built, with sources, host tools and build trees; 4.4 GB were measured for m68k, more is needed for larger compilers.</summary>
    private const long DiskNeeded = 8_000_000_000;

    /// <summary>What one job may need: GCC's largest generated files take a little over 1 GB to compile.</summary>
    private const long MemoryPerJob = 1_500_000_000;

    public async IAsyncEnumerable<HostCheck> RunAsync(
        IReadOnlyList<Target> targets, [EnumeratorCancellation] CancellationToken cancel)
    {
        using var work = workspace.Store.NewWork("doctor");
        foreach (var check in await new HostProbe(workspace.Processes, work.Path).CheckAsync(cancel))
            yield return check;

        foreach (var program in targets.Select(target => workspace.Definitions.Emulators[target.Emulator].UserProgram).Distinct())
            yield return HostProbe.CheckEmulator(program);

        foreach (var machine in targets.Select(target => workspace.Definitions.Emulators[target.Emulator].System).OfType<VirtualMachine>().Distinct())
            yield return CheckMachine(machine);

        yield return Disk();
        yield return Memory();
        yield return await HostToolsAsync(cancel);
        yield return await workspace.CheckSourcesAsync([.. targets.Select(target => target.Name)], cancel);
    }

    private static HostCheck CheckMachine(VirtualMachine machine)
    {
        try
        {
            return new HostCheck(machine.Program, QemuProgram.Require(machine), null, null);
        }
        catch (HostException missing)
        {
            return new HostCheck(machine.Program, null, missing.Message, missing.Hint);
        }
    }

    private HostCheck Disk()
    {
        var free = new DriveInfo(workspace.Store.Root).AvailableFreeSpace;
        var hint = $"Make room at {workspace.Store.Root}, or name another place by --store.";
        return HostCheck.Of(
            "disk", free < DiskNeeded ? $"{Quantity.Bytes(free)} are free, a build needs {Quantity.Bytes(DiskNeeded)}" : null, hint,
            $"{Quantity.Bytes(free)} are free at {workspace.Store.Root}");
    }

    private static HostCheck Memory()
    {
        var available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        var jobs = Math.Max(1, (int)Math.Min(Environment.ProcessorCount, available / MemoryPerJob));
        return HostCheck.Of(
            "memory",
            jobs < Environment.ProcessorCount
                ? $"{Quantity.Bytes(available)} for {Environment.ProcessorCount} jobs of up to {Quantity.Bytes(MemoryPerJob)}" : null,
            $"Build with --jobs {jobs}.",
            $"{Quantity.Bytes(available)}, enough for {Environment.ProcessorCount} jobs");
    }

    private async Task<HostCheck> HostToolsAsync(CancellationToken cancel)
    {
        const string Name = "host tools";
        try
        {
            if (workspace.HostToolsResolver.Find(workspace.HostToolsChoice) is { } present)
            {
                var ended = EndOfLife.Of(present.Title, present.EndOfLife, DateTime.UtcNow);
                return new HostCheck(Name, $"in the store ({present.Title})", null, ended);
            }

            if (workspace.Mirrors.Offline)
            {
                if (await workspace.HostToolsResolver.RequireOfflineAsync(workspace.HostToolsChoice, cancel) == "debian")
                    HostProgram.DpkgDeb.Find();
                return new HostCheck(Name, "to be made without the network", null, null);
            }

            var choice = workspace.HostToolsChoice == HostToolsChoice.Auto ? HostToolsChoice.Alpine : workspace.HostToolsChoice;
            return workspace.HostToolsProviders.Of(choice).Name switch
            {
                "alpine" => await AlpineAsync(Name, choice, cancel),
                "debian" => await DebianAsync(Name, choice, "", cancel),
                "ostree" when ProcessRunner.Find("ostree") is null =>
                    new HostCheck(Name, null, "ostree is not there", "Install the package ostree, or take other host tools: --host-tools alpine"),
                "path" when !Path.Exists(choice.Path) => new HostCheck(Name, null, $"there is no '{choice.Path}'", "Name a directory or a tarball: path:FILE"),
                _ => new HostCheck(Name, $"to be taken from {choice.Path}", null, null),
            };
        }
        catch (BootstrapException exception)
        {
            return new HostCheck(Name, null, exception.Message, exception.Hint);
        }
    }

    private async Task<HostCheck> AlpineAsync(string name, HostToolsChoice choice, CancellationToken cancel)
    {
        var (mirror, reached) = await workspace.HostToolsProviders.TryAlpineAsync(choice, cancel);
        if (reached)
        {
            var provider = workspace.HostToolsProviders.Of(choice);
            return new HostCheck(name, $"to be made of Alpine's packages ({provider.Title}) from {mirror}", null, Ended(provider));
        }

        var unreachable = $"Alpine's mirror can't be reached ({mirror})";
        return workspace.HostToolsChoice == HostToolsChoice.Auto
            ? await DebianAsync(name, HostToolsChoice.Debian, $", as {unreachable}", cancel)
            : new HostCheck(name, null, unreachable, "Name another mirror (--apk-repository URL), or take Debian's host tools: --host-tools debian");
    }

    private async Task<HostCheck> DebianAsync(string name, HostToolsChoice choice, string why, CancellationToken cancel)
    {
        var mirror = await workspace.Debian.RequireAsync(cancel);
        var provider = workspace.HostToolsProviders.Of(choice);
        return new HostCheck(name, $"to be made of Debian's packages ({provider.Title}) from {mirror}{why}", null, Ended(provider));
    }

    private static string? Ended(IHostToolsProvider provider) => EndOfLife.Of(provider.Title, provider.Source?.EndOfLife, DateTime.UtcNow);
}
