using System.Text.Json;
using Bootstrap.Publishing.Documents;
using Bootstrap.Sandboxing;
using Bootstrap.Store;

namespace Bootstrap.Publishing.Verification;

/// <summary>Checks what was published: checksums, signature, and that what is said of each toolchain is true of what lies there.</summary>
public sealed class PublicationVerifier(ProcessRunner processes, string? keyring)
{
    /// <summary>Checks all that a directory holds, in whatever form it was published.</summary>
    /// <exception cref="DefinitionException">There is no publication.</exception>
    /// <exception cref="HostException">A program that it takes is missing.</exception>
    public async Task<ImmutableArray<PublicationCheck>> CheckAsync(string directory, CancellationToken cancel)
    {
        var place = Path.GetFullPath(directory);
        var layout = PublicationForms.All.Select(form => form.Recognise(place, processes)).FirstOrDefault(found => found is not null) ?? new PublishedFiles(place);
        if (!File.Exists(Path.Combine(layout.Documents, ChecksumFile.Name)))
        {
            throw new DefinitionException(
                $"'{directory}' holds no publication: there is no {Path.GetRelativePath(directory, Path.Combine(layout.Documents, ChecksumFile.Name))}.",
                "Name the directory that was given to 'bootstrap publish --to FORM DIR'.");
        }

        var checks = ImmutableArray.CreateBuilder<PublicationCheck>();
        var lines = ChecksumFile.Read(Path.Combine(layout.Documents, ChecksumFile.Name)).Lines;
        checks.AddRange(lines.Select(line => Checksum(layout.Documents, line.Key, line.Value)));
        checks.Add(await SignatureAsync(layout.Documents, cancel));
        checks.AddRange(await layout.CheckAsync(cancel));
        foreach (var statement in lines.Keys.Where(name => name.EndsWith(PublicationDocuments.Provenance, StringComparison.Ordinal)))
            checks.AddRange(await DocumentsAsync(layout, Path.Combine(layout.Documents, statement[..^PublicationDocuments.Provenance.Length]), cancel));
        return checks.ToImmutable();
    }

    private async Task<PublicationCheck> SignatureAsync(string directory, CancellationToken cancel)
    {
        const string What = "signature";
        var signature = Path.Combine(directory, ChecksumFile.SignatureName);
        if (!File.Exists(signature))
        {
            return keyring is null
                ? PublicationCheck.Passed(What, "none: not signed")
                : PublicationCheck.Failed(What, $"there is no {ChecksumFile.SignatureName}, and --keyring says who has to have signed");
        }

        ImmutableArray<string> files = ["--status-fd", "1", "--", Path.GetFullPath(signature), Path.GetFullPath(Path.Combine(directory, ChecksumFile.Name))];
        // Without a keyring it is the user's own that counts, which gpg may have its keyboxd read: it can't be confined.
        var result = keyring is null
            ? await processes.RunAsync(new CommandSpec(HostProgram.Gpg.Find(), ["--batch", "--verify", .. files]) { Environment = Signer.Environment }, cancel)
            : await new ConfinedCommand(HostProgram.Gpgv, ["--keyring", Path.GetFullPath(keyring), .. files])
            {
                Readable = [Path.GetFullPath(keyring), Path.GetFullPath(directory)],
            }.RunAsync(processes, cancel);
        var status = SignatureStatus.Parse(result.Output);
        return status is { Signer: { } signer, Trouble: null } && result.ExitCode == 0
            ? PublicationCheck.Passed(What, $"by {signer}")
            : PublicationCheck.Failed(What, status.Trouble ?? result.Error.Trim());
    }

    private static PublicationCheck Checksum(string directory, string name, string line)
    {
        var path = Path.Combine(directory, name);
        if (Path.GetFileName(name) != name)
            return PublicationCheck.Failed(name, $"{ChecksumFile.Name} speaks of a file in another directory");
        if (!File.Exists(path))
            return PublicationCheck.Failed(name, "the file is not there");
        var found = Digest.OfFile(path).Hex;
        return line.StartsWith(found, StringComparison.Ordinal)
            ? PublicationCheck.Passed(name, "SHA-256")
            : PublicationCheck.Failed(name, $"its SHA-256 is {found}, expected {line[..64]}");
    }

    private static async Task<ImmutableArray<PublicationCheck>> DocumentsAsync(IPublishedLayout layout, string name, CancellationToken cancel)
    {
        var title = Path.GetFileName(name);
        try
        {
            var facts = PublishingJson.Read(await File.ReadAllTextAsync(name + PublicationDocuments.Manifest, cancel), PublishingJson.Manifest);
            var materials = PublishingJson.Read(await File.ReadAllTextAsync(name + PublicationDocuments.Materials, cancel), PublishingJson.Default.SpdxDocument);
            var statement = PublishingJson.Read(await File.ReadAllTextAsync(name + PublicationDocuments.Provenance, cancel), PublishingJson.Default.ProvenanceStatement);
            return await new ToolchainCheck(layout, facts, materials).CheckAsync(statement.Subject, cancel);
        }
        catch (Exception failure) when (failure is JsonException or IOException)
        {
            return [PublicationCheck.Failed(title, $"what is said of it can't be read: {LockFile.Explain(failure)}")];
        }
    }

    /// <summary>Checks that what is said of one toolchain is true of what is published.</summary>
    private sealed class ToolchainCheck(IPublishedLayout layout, ToolchainManifest facts, SpdxDocument materials)
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
}

/// <summary>One thing that was checked of a publication.</summary>
/// <param name="Trouble">Why it does not hold, or null.</param>
public sealed record PublicationCheck(string What, string? Trouble, string Detail)
{
    internal static PublicationCheck Passed(string what, string detail) => new(what, null, detail);

    internal static PublicationCheck Failed(string what, string trouble) => new(what, trouble, "");
}
