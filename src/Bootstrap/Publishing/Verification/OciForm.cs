using System.Collections.Immutable;
using System.IO.Compression;
using Bootstrap.Platform;
using Bootstrap.Publishing.Documents;
using Bootstrap.Publishing.Oci;

namespace Bootstrap.Publishing.Verification;

/// <summary>A directory in OCI's image layout.</summary>
internal sealed class OciForm : IPublishedForm
{
    private readonly OciBlobs _blobs;
    private readonly OciIndex _index;

    public OciForm(string directory)
    {
        _index = OciJson.Read(Path.Combine(directory, OciLayout.IndexName), DocumentsJson.Default.OciIndex);
        _blobs = new OciBlobs(directory, directory);
        Documents = Path.Combine(directory, PublicationDirectory.Beside);
    }

    public string Documents { get; }

    public Task<ImmutableArray<PublicationCheck>> CheckAsync(CancellationToken cancel)
    {
        var needed = _index.Manifests.SelectMany(_blobs.Reach).Distinct().ToList();
        var wrong = needed.FirstOrDefault(text => OciNames.Parse(text) is not { } digest || !File.Exists(_blobs.PathOf(digest)) || Digest.OfFile(_blobs.PathOf(digest)) != digest);
        return Task.FromResult(ImmutableArray.Create(wrong is null
            ? PublicationCheck.Passed("blobs", $"{needed.Count} blobs of {_index.Manifests.Length} images")
            : PublicationCheck.Failed("blobs", $"{wrong} is missing, or not what its name says")));
    }

    public Task<Digest?> DigestAsync(string subject, CancellationToken cancel) => Task.FromResult(Find(subject) is { } image ? OciNames.Parse(image.Digest) : null);

    public Task<Stream?> OpenTreeAsync(string subject, string scratch, CancellationToken cancel) => Task.FromResult<Stream?>(
        Find(subject) is { } image && _blobs.Manifest(image) is { Layers: [{ MediaType: OciNames.LayerType } layer] } && OciNames.Parse(layer.Digest) is { } digest
            ? new GZipStream(File.OpenRead(_blobs.PathOf(digest)), CompressionMode.Decompress)
            : null);

    private OciDescriptor? Find(string name) => _index.Manifests.FirstOrDefault(image => image.Annotations?.GetValueOrDefault(OciNames.ReferenceName) == name);
}
