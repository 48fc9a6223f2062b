using System.Collections.Immutable;
using Bootstrap.Platform;
using Bootstrap.Publishing.Documents;

namespace Bootstrap.Publishing.Oci;

/// <summary>A directory in OCI's image layout, to which images are added; one of the same name is replaced once the new one is whole.</summary>
internal sealed class OciLayout
{
    /// <summary>The file that lists the images.</summary>
    public const string IndexName = "index.json";

    private readonly string _directory;
    private readonly OciBlobs _blobs;

    /// <exception cref="HostException">The directory holds something else.</exception>
    public OciLayout(string directory, string scratch)
    {
        RequireLayout(directory);
        _directory = directory;
        _blobs = new OciBlobs(directory, scratch);
    }

    /// <summary>Refuses a directory that holds something else than a layout.</summary>
    public static void RequireLayout(string directory)
    {
        if (!Directory.Exists(directory) || Directory.EnumerateFileSystemEntries(directory).All(path => Path.GetFileName(path) == PublicationDirectory.Beside))
            return;
        var mark = Path.Combine(directory, OciLayoutMark.FileName);
        var version = File.Exists(mark) ? OciJson.Read(mark, DocumentsJson.Default.OciLayoutMark).ImageLayoutVersion : null;
        if (version != OciLayoutMark.Version)
        {
            throw new HostException(
                $"'{directory}' is neither empty nor an OCI layout of version {OciLayoutMark.Version}{(version is null ? "" : $", but of {version}")}.",
                "Publish into another directory.");
        }
    }

    public OciBlobs Blobs => _blobs;

    /// <summary>The images of the layout; none where there is no list yet.</summary>
    public OciIndex Index()
    {
        var path = Path.Combine(_directory, IndexName);
        return File.Exists(path) ? OciJson.Read(path, DocumentsJson.Default.OciIndex) : new OciIndex([]);
    }

    /// <summary>Lists images, in place of those of the same names, and removes what only those needed.</summary>
    public void List(ImmutableArray<OciDescriptor> images)
    {
        var before = Index();
        var names = images.Select(NameOf).ToHashSet();
        var replaced = before.Manifests.Where(image => NameOf(image) is { } name && names.Contains(name)).ToImmutableArray();
        var after = before with { Manifests = [.. before.Manifests.Except(replaced).Concat(images).OrderBy(NameOf, StringComparer.Ordinal)] };
        Write(OciLayoutMark.FileName, DocumentsJson.Write(new OciLayoutMark(OciLayoutMark.Version), DocumentsJson.Readable.OciLayoutMark));
        Write(IndexName, DocumentsJson.Write(after, DocumentsJson.Readable.OciIndex));
        // What others listed in a form that is not read here may need any blob.
        if (after.Manifests.All(image => _blobs.Manifest(image) is not null))
        {
            foreach (var digest in replaced.SelectMany(_blobs.Reach).Except(after.Manifests.SelectMany(_blobs.Reach)).ToList())
                _blobs.Remove(digest);
        }
    }

    private static string? NameOf(OciDescriptor image) => image.Annotations?.GetValueOrDefault(OciNames.ReferenceName);

    private void Write(string name, string text)
    {
        var scratch = Path.Combine(_blobs.Scratch, name);
        File.WriteAllText(scratch, text);
        FileSystem.Sync(scratch);
        FileSystem.Rename(scratch, Path.Combine(_directory, name));
    }
}
