using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Bootstrap.Publishing.Verification;
using Bootstrap.Store;

namespace Bootstrap.Publishing.Oci;

/// <summary>A directory in OCI's image layout: blobs, each under its digest, and a list of the images that they make up.</summary>
/// <param name="scratch">A directory on the same file system for what grows; null where nothing is added.</param>
internal sealed class OciLayout(string directory, string? scratch = null) : IPublishedLayout
{
    private const string IndexName = "index.json";
    private const string Blobs = "blobs";

    /// <summary>The list, while images are added or replaced, of the blobs that may be there without one that needs them.</summary>
    private const string LooseName = ".loose";

    private readonly List<(Digest Digest, string File)> _added = [];

    public string Documents => Path.Combine(directory, PublicationDirectory.Beside);
    public string Scratch => scratch ?? throw new InvalidOperationException("This layout is only read.");

    public static bool IsLayout(string directory) => File.Exists(Path.Combine(directory, OciLayoutMark.FileName));

    public static void RequireLayout(string directory)
    {
        if (!Directory.Exists(directory) || Directory.EnumerateFileSystemEntries(directory).All(IsLeftOfFirst))
            return;
        var version = IsLayout(directory) ? Read(Path.Combine(directory, OciLayoutMark.FileName), PublishingJson.Default.OciLayoutMark).ImageLayoutVersion : null;
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

    public Task<ImmutableArray<PublicationCheck>> CheckAsync(CancellationToken cancel)
    {
        var images = Index().Manifests;
        var needed = images.SelectMany(Reach).Distinct().ToList();
        var wrong = needed.FirstOrDefault(text => OciNames.Parse(text) is not { } digest || !File.Exists(PathOf(digest)) || Digest.OfFile(PathOf(digest)) != digest);
        return Task.FromResult(ImmutableArray.Create(wrong is null
            ? PublicationCheck.Passed("blobs", $"{needed.Count} blobs of {images.Length} images")
            : PublicationCheck.Failed("blobs", $"{wrong} is missing, or not what its name says")));
    }

    public Task<Digest?> DigestAsync(string subject, CancellationToken cancel) => Task.FromResult(Find(subject) is { } image ? OciNames.Parse(image.Digest) : null);

    public Task<Manifest?> ReadAsync(string subject, CancellationToken cancel) => Task.FromResult(
        Find(subject) is { } image && ManifestOf(image) is { Layers: [{ MediaType: OciNames.LayerType } layer] } && OciNames.Parse(layer.Digest) is { } digest
            ? ArchiveManifest.OfFile(PathOf(digest))
            : null);

    private OciDescriptor? Find(string name) => Index().Manifests.FirstOrDefault(image => NameOf(image) == name);

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

    private static bool IsLeftOfFirst(string path) => Path.GetFileName(path) is Blobs or PublicationDirectory.Beside;

    private static string? NameOf(OciDescriptor image) => image.Annotations?.GetValueOrDefault(OciNames.ReferenceName);

    private void Write(string name, string text) => AtomicFile.Write(Path.Combine(directory, name), text, Scratch);

    private static T Read<T>(string path, JsonTypeInfo<T> type)
    {
        try
        {
            return PublishingJson.Read(File.ReadAllText(path), type);
        }
        catch (JsonException failure)
        {
            throw new DefinitionException($"'{path}' is not what an OCI layout has there: {LockFile.Explain(failure)}", "Publish into another directory, or move that file away.", failure);
        }
    }
}
