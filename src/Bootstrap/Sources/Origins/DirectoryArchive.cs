using System.Collections.Immutable;
using Bootstrap.Definitions;
using Bootstrap.Platform;
using Bootstrap.Sandboxing;
using Bootstrap.Store;

namespace Bootstrap.Sources.Origins;

/// <summary>Writes a directory as a tar archive that depends on nothing but names, contents, links and whether a file can be executed.</summary>
internal sealed class DirectoryArchive(DirectoryOrigin origin) : IArchiveMaker
{
    /// <summary>What is no part of a directory: git's own files.</summary>
    private const string LeftOut = ".git";

    public string Pin => "directory " + origin.Path;

    public bool NeedsNetwork => false;

    public override string ToString() => $"The directory '{origin.Path}'";

    public string Content()
    {
        try
        {
            return Manifest.Of(origin.Path, LeftOut).Content.Hex;
        }
        catch (Exception failure) when (failure is BuildException || DiskFailure.Is(failure))
        {
            throw new BuildException($"{this} can't be a source: {failure.Message}", "Take it out of the directory, or name another one.", failure);
        }
    }

    public async Task<string> MakeAsync(ProcessRunner processes, string directory, CancellationToken cancel)
    {
        var archive = Path.Combine(directory, "archive.tar");
        ImmutableArray<string> arguments =
        [
            "-C", origin.Path, "--exclude=" + LeftOut, "--format=gnu", "--sort=name", "--hard-dereference", "--mtime=@0",
            "--owner=0", "--group=0", "--numeric-owner", "--mode=u=rwX,go=rX", "-cf", archive, ".",
        ];
        var command = new ConfinedCommand(HostProgram.Tar, arguments) { Writable = [directory], Readable = [origin.Path] };
        var result = await command.RunAsync(processes, cancel);
        return result.ExitCode == 0 ? archive : throw new BuildException(
            $"{this} can't be read as a source:\n  {result.Error.Trim().ReplaceLineEndings("\n  ")}", "Expected files that everybody may read.");
    }
}
