using Bootstrap.Publishing.Verification;
using Bootstrap.Store;

namespace Bootstrap.Publishing.Oci;

/// <summary>An image layout that somebody hands on: the digest of each image's manifest is signed, and the list of images follows from it.</summary>
internal sealed class PublishedOciLayout(PublishedDirectory files) : IPublishedLayout
{
    private static readonly string[] KnownOfOthers = ["artifactType", "data", "urls"];

    public string Form => OciLayout.IndexName;
    public string Documents => PublicationDirectory.Beside;

    public Task<ImmutableArray<PublicationCheck>> CheckAsync(Vouched vouched, CancellationToken cancel)
    {
        var checks = ImmutableArray.CreateBuilder<PublicationCheck>();
        if (PublishingJson.Read(files.Read(OciLayoutMark.FileName), PublishingJson.Default.OciLayoutMark).ImageLayoutVersion != OciLayoutMark.Version)
            throw new InvalidDataException($"'{OciLayoutMark.FileName}' is of another version than {OciLayoutMark.Version}");
        var index = Index();
        // Programs that tell no "Manifests" from "manifests" would see another list.
        if (index is not { SchemaVersion: 2, MediaType: null or OciNames.IndexType, More: null }
            || index.Manifests.SelectMany(image => image.More?.Keys ?? Enumerable.Empty<string>()).Except(KnownOfOthers).Any())
        {
            throw new InvalidDataException("it says things that are not known here");
        }

        var known = vouched.Files.Union([OciLayoutMark.FileName, OciLayout.IndexName]).ToBuilder();
        var ours = new List<OciDescriptor>();
        foreach (var (name, digest) in vouched.Subjects)
        {
            var listed = index.Manifests.Where(image => OciLayout.NameOf(image) == name).ToList();
            ours.AddRange(listed);
            OciDescriptor expected;
            ImmutableArray<Digest> blobs;
            try
            {
                (expected, blobs) = Expected(name, digest);
            }
            catch (Exception failure) when (PublicationVerifier.IsUnreadable(failure))
            {
                checks.Add(PublicationCheck.Unreadable(name, failure));
                continue;
            }
            known.UnionWith(blobs.Append(digest).Select(PathOf));
            checks.Add(listed is [var only] && Text(only) == Text(expected)
                ? PublicationCheck.Passed(name, $"as its manifest and its configuration say, of {blobs.Length + 1} blobs")
                : PublicationCheck.Failed(name, $"{OciLayout.IndexName} "
                    + (listed.Count > 1 ? $"has it {listed.Count} times" : "says something else of it than its manifest and configuration")));
        }

        checks.AddRange(index.Manifests.Except(ours)
            .Select(image => PublicationCheck.Other(OciLayout.NameOf(image) ?? image.Digest, "an image that is not of this publication, and not checked")));
        if (index.Annotations is not null)
            checks.Add(PublicationCheck.Other(OciLayout.IndexName, "annotations of the list itself, which are not of this publication"));
        return Task.FromResult<ImmutableArray<PublicationCheck>>([.. checks, .. files.Others(known)]);
    }

    public Task<Digest?> DigestAsync(string subject, CancellationToken cancel) => Task.FromResult(Find(subject));

    public Task<Manifest?> ReadAsync(string subject, CancellationToken cancel) => Task.FromResult(
        Find(subject) is { } digest && ManifestOf(digest) is { Layers: [{ MediaType: OciNames.LayerType } layer] }
            && OciNames.Parse(layer.Digest) is { } content && files.Open(PathOf(content), layer.Size) is { } archive
            ? ArchiveManifest.Of(archive)
            : null);

    // What lists an image, and all that it needs besides its manifest.
    private (OciDescriptor Image, ImmutableArray<Digest> Blobs) Expected(string name, Digest digest)
    {
        var manifest = ManifestOf(digest);
        ImmutableArray<OciDescriptor> parts = [manifest.Config, .. manifest.Layers];
        foreach (var part in parts)
        {
            if (OciNames.Parse(part.Digest) is not { } found || files.DigestOf(PathOf(found), part.Size) != found)
                throw new InvalidDataException($"{part.Digest} of {name} is missing, or not what its name says");
        }

        var blobs = parts.Select(part => OciNames.Parse(part.Digest)!.Value).ToImmutableArray();
        var configuration = files.Read(PathOf(blobs[0]), blobs[0], PublishingJson.Default.OciConfiguration);
        var image = new OciDescriptor(OciNames.ManifestType, OciNames.Text(digest), files.Read(PathOf(digest)).Length)
        {
            Platform = new OciPlatform(configuration.Architecture, configuration.Os, configuration.Variant),
            Annotations = (manifest.Annotations ?? ImmutableSortedDictionary<string, string>.Empty).SetItem(OciNames.ReferenceName, name),
        };
        return (image, blobs);
    }

    private OciIndex Index() => PublishingJson.Read(files.Read(OciLayout.IndexName), PublishingJson.Default.OciIndex);

    private OciManifest ManifestOf(Digest digest) => files.Read(PathOf(digest), digest, PublishingJson.Default.OciManifest);

    private Digest? Find(string name) => OciNames.Parse(Index().Manifests.FirstOrDefault(image => OciLayout.NameOf(image) == name)?.Digest);

    private static string PathOf(Digest digest) => $"blobs/sha256/{digest}";

    private static string Text(OciDescriptor image) => PublishingJson.Write(image, PublishingJson.Documents.OciDescriptor);
}
