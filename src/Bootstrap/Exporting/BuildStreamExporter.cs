using Bootstrap.Planning;
using Bootstrap.Publishing;
using Bootstrap.Publishing.BuildStream;
using Bootstrap.Store;

namespace Bootstrap.Exporting;

/// <summary>Writes a plan as a project of BuildStream 2, the same bytes for the same plan; builds nothing and changes nothing in the store.</summary>
public sealed class BuildStreamExporter(ArtifactStore store)
{
    private const string HostToolsName = "host-tools";

    /// <exception cref="StoreException">The store lacks an archive that has to be part of the project, or the directory can't be written to.</exception>
    /// <exception cref="DefinitionException">The directory holds something else, or the plan's names can't be names of elements.</exception>
    public async Task<ExportedProject> ExportAsync(Plan plan, PublishedSysroot hostTools, string directory, CancellationToken cancel)
    {
        ExportedProject? exported = null;
        await ExportDirectory.WriteAsync(directory, async (aside, place) =>
        {
            var packed = await CompressedArchive.PackAsync(
                hostTools.Tree, hostTools.Manifest, Path.Combine(aside, ProjectFormat.Files), HostToolsName, cancel);
            var project = PlanProject.Of(plan, packed);
            foreach (var file in project.FilesFor(place))
            {
                cancel.ThrowIfCancellationRequested();
                Write(file, Path.Combine(aside, file.Path));
            }

            exported = new ExportedProject(place, project.ElementList.Length, project.Goals, project.Scope.LeftOut);
        }, cancel);
        return exported!;
    }

    private void Write(ProjectFile file, string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        switch (file)
        {
            case WrittenFile written:
                File.WriteAllText(path, written.Text);
                break;
            case CopiedFile copied:
                Copy(copied.From ?? store.Blobs.Find(copied.Digest) ?? throw Missing(copied), path, copied.Digest);
                break;
            case CopiedDirectory copied:
                TreeCopy.MakePlain(copied.From, path);
                break;
        }
    }

    private static void Copy(string from, string path, Digest digest)
    {
        File.Copy(from, path);
        File.SetUnixFileMode(path, (UnixFileMode)0b110_100_100);
        if (Digest.OfFile(path) != digest)
            throw new StoreException($"'{from}' is not what it was: its SHA-256 is not {digest}.", "Run the command again; 'bootstrap store verify --repair' removes what is damaged in the store.");
    }

    private static StoreException Missing(CopiedFile blob) => new(
        $"The store lacks the archive {Path.GetFileName(blob.Path)}, which no URL serves as it is, so that it has to be part of the project.",
        "'bootstrap sources fetch' fetches what is missing.");
}

/// <summary>What was exported.</summary>
public sealed record ExportedProject(string Directory, int Elements, ImmutableArray<string> Goals, ImmutableArray<LeftOutStep> LeftOut);
