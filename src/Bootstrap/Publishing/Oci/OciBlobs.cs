using System.Text;
using Bootstrap.Platform;
using Bootstrap.Publishing.Documents;

namespace Bootstrap.Publishing.Oci;

/// <summary>The blobs of a layout, each under its digest; one is there whole or not at all.</summary>
internal sealed class OciBlobs(string layout, string scratch)
{
    private readonly string _directory = Directory.CreateDirectory(Path.Combine(layout, "blobs", "sha256")).FullName;

    /// <summary>A directory on the same file system for what grows.</summary>
    public string Scratch => scratch;

    /// <summary>Takes a finished file over.</summary>
    public OciDescriptor Add(string mediaType, string file)
    {
        var digest = Digest.OfFile(file);
        var size = new FileInfo(file).Length;
        FileSystem.Sync(file);
        FileSystem.Rename(file, PathOf(digest));
        return new OciDescriptor(mediaType, OciNames.Text(digest), size);
    }

    public OciDescriptor AddText(string mediaType, string text)
    {
        var file = Path.Combine(scratch, Path.GetRandomFileName());
        File.WriteAllText(file, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        return Add(mediaType, file);
    }

    /// <summary>The manifest that a descriptor names, or null where it is none, or not there.</summary>
    public OciManifest? Manifest(OciDescriptor descriptor) =>
        descriptor.MediaType == OciNames.ManifestType && OciNames.Parse(descriptor.Digest) is { } digest && File.Exists(PathOf(digest))
            ? OciJson.Read(PathOf(digest), DocumentsJson.Default.OciManifest)
            : null;

    /// <summary>All that a descriptor needs of the layout, itself included.</summary>
    public IEnumerable<string> Reach(OciDescriptor descriptor) =>
        Manifest(descriptor) is { } manifest
            ? [descriptor.Digest, manifest.Config.Digest, .. manifest.Layers.Select(layer => layer.Digest)]
            : [descriptor.Digest];

    public void Remove(string digest)
    {
        if (OciNames.Parse(digest) is { } known)
            File.Delete(PathOf(known));
    }

    public string PathOf(Digest digest) => Path.Combine(_directory, digest.Hex);
}
