using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Bootstrap.Publishing.Documents;
using Bootstrap.Sandboxing;
using Bootstrap.Store;

namespace Bootstrap.Publishing.Verification;

/// <summary>Checks what was published: its signature before anything else is read, then checksums, then that what is said of each toolchain is true.</summary>
/// <param name="newerThan">What it must not be older than, as <c>--newer-than</c> names it.</param>
public sealed class PublicationVerifier(ProcessRunner processes, string? keyring, string? newerThan = null)
{
    /// <summary>The signed file that says when something was published.</summary>
    public const string SerialFile = PublicationSerial.Name;

    private const int LargestSignature = 1 << 20;

    /// <summary>Checks all that a directory holds, in whatever form it was published.</summary>
    /// <exception cref="DefinitionException">There is no publication.</exception>
    /// <exception cref="HostException">A program that it takes is missing.</exception>
    public async Task<ImmutableArray<PublicationCheck>> CheckAsync(string directory, CancellationToken cancel)
    {
        var isSince = newerThan is null ? null : PublicationSerial.Since(newerThan);
        var files = new PublishedDirectory(Path.GetFullPath(directory));
        var layout = PublicationForms.All.Select(form => form.Recognise(files, processes)).FirstOrDefault(found => found is not null)
            ?? new PublishedFiles(files);
        var list = Path.Combine(layout.Documents, ChecksumFile.Name);
        if (!Directory.Exists(files.Root) || !files.Has(list))
        {
            throw new DefinitionException(
                $"'{directory}' holds no publication: there is no {list}.", "Name the directory that was given to 'bootstrap publish --to FORM DIR'.");
        }

        var checks = ImmutableArray.CreateBuilder<PublicationCheck>();
        try
        {
            var text = files.Read(list);
            checks.Add(await SignatureAsync("signature", files, list, text, cancel));
            if (checks[0].Trouble is null && await SerialAsync(files, layout.Documents, text, isSince, cancel) is { } serial)
                checks.Add(serial);
            // Whoever did not sign it may have written anything.
            if (checks.All(check => check.Trouble is null))
                checks.AddRange(await ListedAsync(files, layout, Encoding.UTF8.GetString(text), cancel));
        }
        catch (Exception failure) when (IsUnreadable(failure))
        {
            checks.Add(PublicationCheck.Unreadable(list, failure));
        }

        return checks.ToImmutable();
    }

    internal static bool IsUnreadable(Exception failure) => failure is JsonException or InvalidDataException or IOException or UnauthorizedAccessException;

    private async Task<ImmutableArray<PublicationCheck>> ListedAsync(PublishedDirectory files, IPublishedLayout layout, string text, CancellationToken cancel)
    {
        var checks = ImmutableArray.CreateBuilder<PublicationCheck>();
        var lines = ChecksumFile.Parse(text).Lines
            .ToDictionary(line => PathOf(layout.Documents, line.Key), line => Digest.Parse(line.Value[..64]), StringComparer.Ordinal);
        checks.AddRange(lines.Select(line => Checksum(files, line.Key, line.Value)));
        var subjects = ImmutableSortedDictionary.CreateBuilder<string, Digest>(StringComparer.Ordinal);
        var statements = new List<PublicationCheck>();
        foreach (var path in lines.Keys.Where(name => name.EndsWith(PublicationDocuments.Provenance, StringComparison.Ordinal)).ToList())
        {
            var named = path[..^PublicationDocuments.Provenance.Length];
            try
            {
                T Document<T>(string ending, JsonTypeInfo<T> type) => lines.TryGetValue(named + ending, out var digest)
                    ? files.Read(named + ending, digest, type)
                    : throw new InvalidDataException($"{ChecksumFile.Name} does not speak of the file that ends with {ending}");

                var statement = Document(PublicationDocuments.Provenance, PublishingJson.Default.ProvenanceStatement);
                foreach (var subject in statement.Subject)
                    subjects[subject.Name] = subject.Digest.Sha256;
                var facts = Document(PublicationDocuments.Manifest, PublishingJson.Manifest);
                var materials = Document(PublicationDocuments.Materials, PublishingJson.Default.SpdxDocument);
                statements.AddRange(await new ToolchainCheck(layout, facts, materials).CheckAsync(statement.Subject, cancel));
            }
            catch (Exception failure) when (IsUnreadable(failure))
            {
                statements.Add(PublicationCheck.Failed(Path.GetFileName(named), $"what is said of it can't be read: {LockFile.Explain(failure)}"));
            }
        }

        string[] unlisted = [ChecksumFile.Name, ChecksumFile.SignatureName, PublicationSerial.Name, PublicationSerial.SignatureName];
        var known = lines.Keys.Concat(unlisted.Select(name => Path.Combine(layout.Documents, name))).ToImmutableHashSet(StringComparer.Ordinal);
        try
        {
            var isSigned = files.Has(Path.Combine(layout.Documents, ChecksumFile.SignatureName));
            checks.AddRange(await layout.CheckAsync(new Vouched(known, subjects.ToImmutable(), isSigned, keyring), cancel));
        }
        catch (Exception failure) when (IsUnreadable(failure))
        {
            checks.Add(PublicationCheck.Unreadable(layout.Form, failure));
        }
        return [.. checks, .. statements];
    }

    // The only signed thing besides the list: it binds a serial number and the files' sizes to it.
    private async Task<PublicationCheck?> SerialAsync(
        PublishedDirectory files, string documents, byte[] list, Func<PublicationSerial, bool>? isSince, CancellationToken cancel)
    {
        const string What = "serial number";
        var path = Path.Combine(documents, PublicationSerial.Name);
        using (var there = files.Open(path))
        {
            if (there is null)
                return isSince is null ? null : PublicationCheck.Failed(What, $"there is no {path}, so nothing that was signed says when it was published");
        }
        if (isSince is not null && !files.Has(path + Signer.Ending))
            return PublicationCheck.Failed(What, $"{path} is not signed, so nothing that was signed says when it was published");
        var text = files.Read(path);
        if (await SignatureAsync(What, files, path, text, cancel) is { Trouble: not null } unsigned)
            return unsigned;
        var serial = PublishingJson.Read(text, PublishingJson.Default.PublicationSerial);
        if (serial.List != Digest.Of(new MemoryStream(list)))
            return PublicationCheck.Failed(What, $"{path} is of another {ChecksumFile.Name}: publish again where that was interrupted");
        foreach (var (name, size) in serial.Sizes)
            files.Sizes[PathOf(documents, name)] = size;
        var when = string.Create(CultureInfo.InvariantCulture, $"{serial.Serial}, published {serial.Published.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}");
        return isSince is null || isSince(serial)
            ? PublicationCheck.Passed(What, when)
            : PublicationCheck.Failed(What, $"{when}: it is older than {newerThan}");
    }

    private async Task<PublicationCheck> SignatureAsync(string what, PublishedDirectory files, string path, byte[] signed, CancellationToken cancel)
    {
        var armoured = path + Signer.Ending;
        using (var there = files.Open(armoured))
        {
            if (there is null)
            {
                return keyring is null
                    ? PublicationCheck.Passed(what, "none: not signed")
                    : PublicationCheck.Failed(what, $"there is no {Path.GetFileName(armoured)}, and --keyring says who has to have signed");
            }
        }

        // A copy, so that what is checked is what was read.
        using var scratch = new StagedDirectory(Path.GetTempPath(), "bootstrap-verifying-");
        var (copy, signature) = (Path.Combine(scratch.Path, "signed"), Path.Combine(scratch.Path, "signature"));
        await File.WriteAllBytesAsync(copy, signed, cancel);
        await File.WriteAllBytesAsync(signature, files.Read(armoured, LargestSignature), cancel);
        ImmutableArray<string> arguments = ["--status-fd", "1", "--", signature, copy];
        // Without a keyring it is the user's own that counts, which gpg may have its keyboxd read: it can't be confined.
        var result = keyring is null
            ? await processes.RunAsync(new CommandSpec(HostProgram.Gpg.Find(), ["--batch", "--verify", .. arguments]) { Environment = Signer.Environment }, cancel)
            : await new ConfinedCommand(HostProgram.Gpgv, ["--keyring", Path.GetFullPath(keyring), .. arguments])
            {
                Readable = [Path.GetFullPath(keyring), scratch.Path],
            }.RunAsync(processes, cancel);
        var status = SignatureStatus.Parse(result.Output);
        return status is { Signer: { } signer, Trouble: null } && result.ExitCode == 0
            ? PublicationCheck.Passed(what, $"by {signer}")
            : PublicationCheck.Failed(what, $"{status.Trouble ?? result.Error.Trim()}; nothing else was read");
    }

    private static string PathOf(string documents, string name) =>
        documents.Length > 0 && name.StartsWith("../", StringComparison.Ordinal) ? name[3..] : Path.Combine(documents, name);

    private static PublicationCheck Checksum(PublishedDirectory files, string path, Digest expected)
    {
        if (Path.IsPathRooted(path) || path.Split('/').Contains(".."))
            return PublicationCheck.Failed(path, $"{ChecksumFile.Name} speaks of a file in another directory");
        try
        {
            return files.DigestOf(path) is not { } found ? PublicationCheck.Failed(path, "the file is not there")
                : found == expected ? PublicationCheck.Passed(path, "SHA-256")
                : PublicationCheck.Failed(path, $"its SHA-256 is {found}, expected {expected}");
        }
        catch (Exception failure) when (IsUnreadable(failure))
        {
            return PublicationCheck.Unreadable(path, failure);
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
                    return PublicationCheck.Other(what, "not looked into: what its checksum says is all that was checked of it");
                if (manifest.Content != facts.Content)
                    return PublicationCheck.Failed(what, $"the manifest of what it holds is {manifest.Content}, expected {facts.Content}");
                return Unlisted(manifest) is { } file
                    ? PublicationCheck.Failed(what, $"the bill of materials is of other files, for one of {file}")
                    : PublicationCheck.Passed(what, $"{manifest.Files} files and links, as the manifest and the bill of materials say");
            }
            catch (Exception failure) when (IsUnreadable(failure))
            {
                return PublicationCheck.Unreadable(what, failure);
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
    /// <summary>It lies there, and was not checked, as it is not of this publication or the user's to change.</summary>
    public bool IsOther { get; init; }

    internal static PublicationCheck Passed(string what, string detail) => new(Plain(what), null, Plain(detail));

    internal static PublicationCheck Failed(string what, string trouble) => new(Plain(what), Plain(trouble), "");

    internal static PublicationCheck Other(string what, string detail) => Passed(what, detail) with { IsOther = true };

    internal static PublicationCheck Unreadable(string what, Exception failure) => Failed(what, $"it can't be read: {LockFile.Explain(failure)}");

    // What others have written is shown on a terminal.
    private static string Plain(string text) => string.Concat(NetworkEnvironment.WithoutLogins(text).Select(c => c == '\n' ? ' ' : char.IsControl(c) ? '?' : c));
}
