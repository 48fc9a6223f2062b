using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Bootstrap.Store;

namespace Bootstrap.Publishing.Oci;

/// <summary>A directory in OCI's image layout: blobs, each under its digest, and a list of the images that they make up.</summary>
/// <param name="scratch">A directory on the same file system for what grows.</param>
internal sealed class OciLayout(string directory, string scratch)
{
    public const string IndexName = "index.json";
    private const string Blobs = "blobs";

    /// <summary>The list, while images are added or replaced, of the blobs that may be there without one that needs them.</summary>
    private const string LooseName = ".loose";

    private readonly List<(Digest Digest, string File)> _added = [];

    public string Scratch => scratch;

    public static void RequireLayout(string directory)
    {
        if (!Directory.Exists(directory) || Directory.EnumerateFileSystemEntries(directory).All(path => Path.GetFileName(path) is Blobs or PublicationDirectory.Beside))
            return;
        var mark = Path.Combine(directory, OciLayoutMark.FileName);
        var version = File.Exists(mark) ? Read(mark, PublishingJson.Default.OciLayoutMark).ImageLayoutVersion : null;
        if (version != OciLayoutMark.Version)
        {
            throw new DefinitionException(
                $"'{directory}' is neither empty nor an OCI layout of version {OciLayoutMark.Version}{(version is null ? "" : $", but of {version}")}.",
                "Publish into another directory.");
        }
    }

    /// <summary>Takes a finished file in the scratch directory over, once images are listed.</summary>
    public OciDescriptor Add(string mediaType, string file)
    {
        var (digest, size) = (Digest.OfFile(file), new FileInfo(file).Length);
        _added.Add((digest, file));
        return new OciDescriptor(mediaType, OciNames.Text(digest), size);
    }

    public OciDescriptor AddText(string mediaType, string text)
    {
        var file = Path.Combine(Scratch, Path.GetRandomFileName());
        File.WriteAllText(file, text);
        return Add(mediaType, file);
    }

    /// <summary>Lists images, in place of those of the same names, and removes what no image needs, be it because somebody was killed in here.</summary>
    public void List(ImmutableArray<OciDescriptor> images)
    {
        var before = Index();
        var names = images.Select(NameOf).ToHashSet();
        var replaced = before.Manifests.Where(image => NameOf(image) is { } name && names.Contains(name)).ToImmutableArray();
        var after = before with { Manifests = [.. before.Manifests.Except(replaced).Concat(images).OrderBy(NameOf, StringComparer.Ordinal)] };
        var list = Path.Combine(directory, Blobs, LooseName);
        string[] loose =
            [.. File.Exists(list) ? File.ReadAllLines(list) : [], .. _added.Select(added => OciNames.Text(added.Digest)), .. replaced.SelectMany(Reach)];
        AtomicFile.Write(list, string.Join('\n', loose), Scratch);
        foreach (var (digest, file) in _added)
            AtomicFile.Place(file, PathOf(digest));
        Write(OciLayoutMark.FileName, PublishingJson.Write(new OciLayoutMark(OciLayoutMark.Version), PublishingJson.Documents.OciLayoutMark));
        Write(IndexName, PublishingJson.Write(after, PublishingJson.Documents.OciIndex));
        // What others listed in a form that is not read here may need any blob.
        if (after.Manifests.All(image => ManifestOf(image) is not null))
        {
            foreach (var digest in loose.Except(after.Manifests.SelectMany(Reach)).ToList())
            {
                if (OciNames.Parse(digest) is { } known)
                    File.Delete(PathOf(known));
            }
        }
        File.Delete(list);
    }

    private OciIndex Index()
    {
        var path = Path.Combine(directory, IndexName);
        return File.Exists(path) ? Read(path, PublishingJson.Default.OciIndex) : new OciIndex([]);
    }

    private OciManifest? ManifestOf(OciDescriptor descriptor) =>
        descriptor.MediaType == OciNames.ManifestType && OciNames.Parse(descriptor.Digest) is { } digest && File.Exists(PathOf(digest))
            ? Read(PathOf(digest), PublishingJson.Default.OciManifest)
            : null;

    // All that a descriptor needs of the layout, itself included.
    private IEnumerable<string> Reach(OciDescriptor descriptor) => ManifestOf(descriptor) is { } manifest
        ? [descriptor.Digest, manifest.Config.Digest, .. manifest.Layers.Select(layer => layer.Digest)]
        : [descriptor.Digest];

    private string PathOf(Digest digest) => Path.Combine(directory, Blobs, "sha256", digest.Hex);

    public static string? NameOf(OciDescriptor image) => image.Annotations?.GetValueOrDefault(OciNames.ReferenceName);

    private void Write(string name, string text) => AtomicFile.Write(Path.Combine(directory, name), text, Scratch);

    private static T Read<T>(string path, JsonTypeInfo<T> type)
    {
        try
        {
            return PublishingJson.Read(File.ReadAllBytes(path), type);
        }
        catch (JsonException failure)
        {
            throw new DefinitionException($"'{path}' is not what an OCI layout has there: {LockFile.Explain(failure)}", "Publish into another directory, or move that file away.", failure);
        }
    }
}
