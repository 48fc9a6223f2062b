using System.Collections.Immutable;
using System.Text.Json;
using Bootstrap.Definitions;
using Bootstrap.Platform;
using Bootstrap.Publishing.BuildStream;
using Bootstrap.Publishing.Documents;
using Bootstrap.Publishing.Oci;

namespace Bootstrap.Publishing.Verification;

/// <summary>Checks what was published: checksums, signature, and that what is said of each toolchain is true of what lies there.</summary>
public sealed class PublicationVerifier(ProcessRunner processes, string? keyring)
{
    /// <summary>Checks all that a directory holds, in whatever form it was published.</summary>
    /// <exception cref="DefinitionException">There is no publication.</exception>
    /// <exception cref="HostException">A program that it takes is missing.</exception>
    public async Task<ImmutableArray<PublicationCheck>> CheckAsync(string directory, CancellationToken cancel)
    {
        var form = FormOf(Path.GetFullPath(directory));
        if (!File.Exists(Path.Combine(form.Documents, ChecksumFile.Name)))
        {
            throw new DefinitionException(
                $"'{directory}' holds no publication: there is no {Path.GetRelativePath(directory, Path.Combine(form.Documents, ChecksumFile.Name))}.",
                "Name the directory that was given to 'bootstrap publish --to FORM DIR'.");
        }

        var checks = ImmutableArray.CreateBuilder<PublicationCheck>();
        var lines = ChecksumFile.Read(Path.Combine(form.Documents, ChecksumFile.Name)).Lines;
        checks.AddRange(lines.Select(line => Checksum(form.Documents, line.Key, line.Value)));
        checks.Add(await new SignatureVerification(processes, keyring).CheckAsync(form.Documents, cancel));
        checks.AddRange(await form.CheckAsync(cancel));
        foreach (var statement in lines.Keys.Where(name => name.EndsWith(PublicationDocuments.Provenance, StringComparison.Ordinal)))
            checks.AddRange(await DocumentsAsync(form, Path.Combine(form.Documents, statement[..^PublicationDocuments.Provenance.Length]), cancel));
        return checks.ToImmutable();
    }

    private IPublishedForm FormOf(string directory) => directory switch
    {
        _ when File.Exists(Path.Combine(directory, OciLayoutMark.FileName)) => new OciForm(directory),
        _ when Directory.Exists(Path.Combine(directory, "objects")) => new OstreeForm(processes, directory),
        _ when File.Exists(Path.Combine(directory, BuildStreamProject.FileName)) => new BuildStreamForm(processes, directory),
        _ => new FilesForm(processes, directory),
    };

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

    private static async Task<ImmutableArray<PublicationCheck>> DocumentsAsync(IPublishedForm form, string name, CancellationToken cancel)
    {
        var title = Path.GetFileName(name);
        try
        {
            var facts = PublishingJson.Read(await File.ReadAllTextAsync(name + PublicationDocuments.Manifest, cancel));
            var materials = DocumentsJson.Read(await File.ReadAllTextAsync(name + PublicationDocuments.Materials, cancel), DocumentsJson.Default.SpdxDocument);
            var statement = DocumentsJson.Read(await File.ReadAllTextAsync(name + PublicationDocuments.Provenance, cancel), DocumentsJson.Default.ProvenanceStatement);
            return await new ToolchainCheck(form, facts, materials).CheckAsync(statement.Subject, cancel);
        }
        catch (Exception failure) when (failure is JsonException or IOException)
        {
            return [PublicationCheck.Failed(title, $"what is said of it can't be read: {failure.Message}")];
        }
    }
}
