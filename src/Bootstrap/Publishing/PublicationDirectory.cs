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
        PublicationForms.RequireNoLayout(request.Place, request.Processes);
        var files = request.Trees.ToAsyncEnumerable().Select(async (PublishedTree tree, CancellationToken cancel) =>
            await PublishAsync(request.Place, request.Signer, aside => write(tree, aside), cancel));
        return [.. await files.SelectMany(written => written).Select(file => file.Item).ToListAsync(cancel)];
    }

    /// <summary>Publishes all files that <paramref name="write"/> leaves in the directory which it is given.</summary>
    /// <param name="beside">Writes what refers to these files; its paths are named in the list too.</param>
    /// <returns>The files, where they are in the end.</returns>
    public static Task<ImmutableArray<PublishedFile>> PublishAsync(
        string directory, Signer? signer, Func<string, Task> write, CancellationToken cancel,
        Func<ImmutableArray<PublishedFile>, Task<IEnumerable<string>>>? beside = null) =>
        DiskFailure.NamingAsync($"Publishing into '{directory}' failed", async () =>
    {
        var published = Path.GetFullPath(directory);
        RequireSigner(published, signer);
        using var aside = new StagedDirectory(published, AsidePrefix);
        await write(aside.Path);
        var files = Directory.GetFiles(aside.Path).Order(StringComparer.Ordinal).Select(PublishedFile.Of).ToImmutableArray();
        await MoveIntoPlaceAsync(files, aside.Path, published, signer, beside, cancel);
        return files.Select(file => file with { Path = Path.Combine(published, file.Name) }).ToImmutableArray();
    });

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
        await ReplaceAsync(new ChecksumFile(before.Lines.RemoveRange(superseded)), aside.Path, published, signer, PublicationSerial.Last(published), cancel);
        superseded.ForEach(name => File.Delete(Path.Combine(published, name)));
    }

    private static async Task MoveIntoPlaceAsync(
        ImmutableArray<PublishedFile> files, string aside, string published, Signer? signer,
        Func<ImmutableArray<PublishedFile>, Task<IEnumerable<string>>>? beside, CancellationToken cancel)
    {
        using var whole = await FileLock.ExclusiveDirectoryAsync(published, cancel);
        RequireSigner(published, signer);
        var before = ChecksumFile.Read(Path.Combine(published, ChecksumFile.Name));
        RequireWholeProvenance(files, published, before);
        var last = PublicationSerial.Last(published);
        var vouched = before.WithoutStale(files);
        // Those beside are written one after the other.
        if (beside is not null)
            vouched = new ChecksumFile(vouched.Lines.RemoveRange(vouched.Lines.Keys.Where(name => name.Contains('/', StringComparison.Ordinal))));
        if (vouched != before)
            await ReplaceAsync(vouched, aside, published, null, last, cancel);
        foreach (var file in files)
        {
            FileSystem.Sync(file.Path);
            FileSystem.Rename(file.Path, Path.Combine(published, file.Name));
        }

        var others = beside is null ? [] : await beside(files);
        var named = files.Select(file => (file.Name, file.Sha256)).Concat(others.Select(path => (Path.GetRelativePath(published, path), Digest.OfFile(path))));
        var after = named.Aggregate(before, (checksums, file) => checksums.With(file.Item1, file.Item2));
        await ReplaceAsync(after, aside, published, signer, last, cancel);
    }

    private static async Task ReplaceAsync(ChecksumFile checksums, string aside, string published, Signer? signer, long last, CancellationToken cancel)
    {
        var list = Path.Combine(aside, ChecksumFile.Name);
        var serial = Path.Combine(aside, PublicationSerial.Name);
        await File.WriteAllTextAsync(list, checksums.ToString(), cancel);
        string[] made = [list];
        if (signer is not null)
        {
            var said = PublicationSerial.After(last, published, checksums);
            await File.WriteAllTextAsync(serial, PublishingJson.Write(said, PublishingJson.Documents.PublicationSerial), cancel);
            made = [list, await signer.SignAsync(list, cancel), serial, await signer.SignAsync(serial, cancel)];
        }
        foreach (var file in made)
            FileSystem.Sync(file);
        // A signature never stands beside a list that it is not of.
        foreach (var name in (string[])[ChecksumFile.SignatureName, PublicationSerial.SignatureName, PublicationSerial.Name])
            File.Delete(Path.Combine(published, name));
        foreach (var file in made)
            FileSystem.Rename(file, Path.Combine(published, Path.GetFileName(file)));
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
