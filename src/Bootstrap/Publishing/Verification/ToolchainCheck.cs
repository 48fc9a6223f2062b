using System.Collections.Immutable;
using Bootstrap.Platform;
using Bootstrap.Publishing.Documents;
using Bootstrap.Store;

namespace Bootstrap.Publishing.Verification;

/// <summary>Checks that what is said of one toolchain is true of what is published.</summary>
internal sealed class ToolchainCheck(IPublishedLayout layout, ToolchainManifest facts, SpdxDocument materials)
{
    public async Task<ImmutableArray<PublicationCheck>> CheckAsync(ImmutableArray<ProvenanceResource> subjects, CancellationToken cancel)
    {
        var checks = ImmutableArray.CreateBuilder<PublicationCheck>();
        foreach (var subject in subjects)
        {
            var found = await layout.DigestAsync(subject.Name, cancel);
            var what = $"{subject.Name}: provenance";
            checks.Add(found == subject.Digest.Sha256
                ? PublicationCheck.Passed(what, $"{facts.Sources.Length} sources, {facts.Steps.Count} steps")
                : PublicationCheck.Failed(what, found is null ? "it is not there" : $"it is {found}, expected {subject.Digest.Sha256}"));
            if (found is not null && await TreeAsync(subject.Name, cancel) is { } tree)
                checks.Add(tree);
        }

        return checks.ToImmutable();
    }

    private async Task<PublicationCheck?> TreeAsync(string subject, CancellationToken cancel)
    {
        var what = $"{subject}: content";
        try
        {
            if (await layout.ReadAsync(subject, cancel) is not { } manifest)
                return null;
            if (manifest.Content != facts.Content)
                return PublicationCheck.Failed(what, $"the manifest of what it holds is {manifest.Content}, expected {facts.Content}");
            return Unlisted(manifest) is { } file
                ? PublicationCheck.Failed(what, $"the bill of materials is of other files, for one of {file}")
                : PublicationCheck.Passed(what, $"{manifest.Files} files and links, as the manifest and the bill of materials say");
        }
        catch (InvalidDataException failure)
        {
            return PublicationCheck.Failed(what, $"it can't be read: {failure.Message}");
        }
    }

    private string? Unlisted(Manifest manifest)
    {
        var listed = materials.Files.Select(file => (file.FileName, file.Checksums.FirstOrDefault(checksum => checksum.Algorithm == "SHA256")?.ChecksumValue)).ToHashSet();
        var held = manifest.Entries.Where(entry => entry.Type == EntryType.File).Select(entry => ($"./{entry.Path}", (string?)entry.Digest!.Value.Hex));
        listed.SymmetricExceptWith(held);
        return listed.Select(pair => pair.Item1).Order(StringComparer.Ordinal).FirstOrDefault();
    }
}
