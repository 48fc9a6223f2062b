using System.Text.Json;
using Bootstrap.Publishing.Documents;

namespace Bootstrap.Publishing;

/// <summary>A directory that publications are written to, each whole or not at all, with a list of checksums.</summary>
/// <remarks>
/// All grows in a directory aside and is renamed when it is complete. At any moment <c>SHA256SUMS</c> vouches for no file but a whole one:
/// whoever is killed leaves the previous publication, or the new one, or files that no line speaks of.
/// </remarks>
internal static class PublicationDirectory
{
    /// <summary>The directory within a repository or an image layout where what is said of its content lies.</summary>
    public const string Beside = "bootstrap";

    private const string AsidePrefix = ".publishing-";

    /// <summary>Publishes tree by tree what <paramref name="write"/> leaves of each in the directory that it is given.</summary>
    public static async Task<ImmutableArray<PublishedItem>> PublishEachAsync(
        PublicationRequest request, Func<PublishedTree, string, Task> write, CancellationToken cancel)
    {
        var items = ImmutableArray.CreateBuilder<PublishedItem>();
        foreach (var tree in request.Trees)
            items.AddRange((await PublishAsync(request.Place, request.Signer, aside => write(tree, aside), cancel)).Select(file => file.Item));
        return items.ToImmutable();
    }

    /// <summary>Publishes all files that <paramref name="write"/> leaves in the directory which it is given.</summary>
    /// <returns>The files, where they are in the end.</returns>
    public static async Task<ImmutableArray<PublishedFile>> PublishAsync(
        string directory, Signer? signer, Func<string, Task> write, CancellationToken cancel)
    {
        try
        {
            var published = Path.GetFullPath(directory);
            RequireSigner(published, signer);
            using var aside = new StagedDirectory(published, AsidePrefix);
            await write(aside.Path);
            var files = Directory.GetFiles(aside.Path).Order(StringComparer.Ordinal).Select(PublishedFile.Of).ToImmutableArray();
            await MoveIntoPlaceAsync(files, aside.Path, published, signer, cancel);
            return [.. files.Select(file => file with { Path = Path.Combine(published, file.Name) })];
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            throw DiskFailure.Of(failure, $"Publishing into '{directory}' failed");
        }
    }

    /// <summary>Removes files that nothing speaks of any more.</summary>
    public static async Task RemoveAsync(string directory, Signer? signer, Func<string, bool> isSuperseded, CancellationToken cancel)
    {
        var published = Path.GetFullPath(directory);
        using var aside = new StagedDirectory(published, AsidePrefix);
        using var whole = await FileLock.ExclusiveDirectoryAsync(published, cancel);
        var before = ChecksumFile.Read(Path.Combine(published, ChecksumFile.Name));
        var superseded = before.Lines.Keys.Where(isSuperseded).ToList();
        if (superseded.Count == 0)
            return;
        await ReplaceAsync(new ChecksumFile(before.Lines.RemoveRange(superseded)), aside.Path, published, signer, cancel);
        superseded.ForEach(name => File.Delete(Path.Combine(published, name)));
    }

    private static async Task MoveIntoPlaceAsync(
        ImmutableArray<PublishedFile> files, string aside, string published, Signer? signer, CancellationToken cancel)
    {
        using var whole = await FileLock.ExclusiveDirectoryAsync(published, cancel);
        RequireSigner(published, signer);
        var before = ChecksumFile.Read(Path.Combine(published, ChecksumFile.Name));
        RequireWholeProvenance(files, published, before);
        var vouched = before.WithoutStale(files);
        if (vouched != before)
            await ReplaceAsync(vouched, aside, published, null, cancel);
        foreach (var file in files)
        {
            FileSystem.Sync(file.Path);
            FileSystem.Rename(file.Path, Path.Combine(published, file.Name));
        }

        var after = files.Aggregate(before, (checksums, file) => checksums.With(file.Name, file.Sha256));
        await ReplaceAsync(after, aside, published, signer, cancel);
    }

    private static async Task ReplaceAsync(ChecksumFile checksums, string aside, string published, Signer? signer, CancellationToken cancel)
    {
        var scratch = Path.Combine(aside, ChecksumFile.Name);
        await File.WriteAllTextAsync(scratch, checksums.ToString(), cancel);
        FileSystem.Sync(scratch);
        var signature = signer is null ? null : await signer.SignAsync(scratch, cancel);
        // A signature never stands beside a list that it is not of.
        File.Delete(Path.Combine(published, ChecksumFile.SignatureName));
        FileSystem.Rename(scratch, Path.Combine(published, ChecksumFile.Name));
        if (signature is not null)
            FileSystem.Rename(signature, Path.Combine(published, ChecksumFile.SignatureName));
        FileSystem.Sync(published);
    }

    // Forms of one tree have documents of the same names: the provenance of the one would no longer speak of the other's files, which tell
    // themselves apart by their extensions.
    private static void RequireWholeProvenance(ImmutableArray<PublishedFile> files, string published, ChecksumFile before)
    {
        foreach (var file in files.Where(file => file.Name.EndsWith(PublicationDocuments.Provenance, StringComparison.Ordinal) && before.Lines.ContainsKey(file.Name)))
        {
            using var there = JsonDocument.Parse(File.ReadAllText(Path.Combine(published, file.Name)));
            var subjects = there.RootElement.GetProperty("subject").EnumerateArray().Select(subject => subject.GetProperty("name").GetString()!);
            if (subjects.FirstOrDefault(name => before.Lines.ContainsKey(name) && !files.Any(made => Path.GetExtension(made.Name) == Path.GetExtension(name))) is { } other)
                throw new DefinitionException($"'{published}' holds '{other}', of which '{file.Name}' would speak no more.", "Publish each form into a directory of its own.");
        }
    }

    private static void RequireSigner(string published, Signer? signer)
    {
        if (signer is null && File.Exists(Path.Combine(published, ChecksumFile.SignatureName)))
        {
            throw new DefinitionException(
                $"What is published in '{published}' is signed, and this would not be.",
                $"Name a key with --sign KEY, publish into another directory, or remove {ChecksumFile.SignatureName} from it.");
        }
    }
}
