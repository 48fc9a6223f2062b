namespace Bootstrap.Store;

/// <summary>Reads every tree and blob again and holds them against their names.</summary>
internal sealed class Verifier(StoreAccess access)
{
    private readonly StoreLayout _layout = access.Layout;
    private readonly List<Difference> _damages = [];
    private int _artifacts;
    private int _files;
    private long _bytes;

    public VerifyReport Verify(IProgress<Advance> progress, CancellationToken cancel)
    {
        string[] trees = [.. Directory.EnumerateDirectories(_layout.Trees).Order(StringComparer.Ordinal)];
        foreach (var (index, directory) in trees.Index())
        {
            progress.Report(new Advance("store", "reading every file", index, trees.Length, "trees"));
            using var use = access.Use();
            if (Digest.TryParse(Path.GetFileName(directory), out var content) && Directory.Exists(directory))
                VerifyTree(content, cancel);
        }
        foreach (var directory in Directory.EnumerateDirectories(_layout.Steps).Order(StringComparer.Ordinal))
        {
            cancel.ThrowIfCancellationRequested();
            using var use = access.Use();
            if (Digest.TryParse(Path.GetFileName(directory), out var key))
                VerifyRecord(key);
        }
        string[] blobs = [.. Directory.EnumerateFiles(_layout.Blobs).Order(StringComparer.Ordinal)];
        foreach (var (index, file) in blobs.Index())
        {
            progress.Report(new Advance("store", "reading every file", index, blobs.Length, "sources"));
            cancel.ThrowIfCancellationRequested();
            using var use = access.Use();
            if (Digest.TryParse(Path.GetFileName(file), out var digest) && File.Exists(file))
                VerifyBlob(file, digest);
        }
        return new VerifyReport(_artifacts, _files, _bytes, [.. _damages]);
    }

    private void VerifyTree(Digest content, CancellationToken cancel)
    {
        var manifestFile = _layout.ManifestFile(content);
        _artifacts++;
        try
        {
            var expected = Manifest.Read(manifestFile);
            if (expected.Content != content)
                _damages.Add(new Difference(manifestFile, $"SHA-256 {content}", $"SHA-256 {expected.Content}", content));
            var actual = Manifest.Of(_layout.Tree(content), cancel: cancel);
            _files += actual.Files;
            _bytes += actual.Bytes;
            _damages.AddRange(Difference.Of(expected, actual).Select(difference =>
                difference with { Path = Path.Combine(_layout.Tree(content), difference.Path), Content = content }));
        }
        catch (Exception failure) when (failure is FormatException or IOException or UnauthorizedAccessException or BootstrapException)
        {
            _damages.Add(new Difference(Path.GetDirectoryName(manifestFile)!, "a manifest and the tree that it describes", failure.Message, content));
        }
    }

    // Until it has its record a step directory is nothing: a killed commit may leave one.
    private void VerifyRecord(Digest key)
    {
        var file = _layout.RecordFile(key);
        if (!File.Exists(file))
            return;
        if (StoreJson.Read(file, StoreJson.Default.RecordFile)?.ContentDigest is not { } content)
            _damages.Add(new Difference(file, "the record of a step", "something else"));
        else if (!Directory.Exists(_layout.Tree(content)))
            _damages.Add(new Difference(_layout.Tree(content), $"the tree that '{file}' names", "nothing", content));
        else if (!File.Exists(_layout.KeyFile(key)))
            _damages.Add(new Difference(_layout.KeyFile(key), "a key document", "nothing", content));
    }

    private void VerifyBlob(string file, Digest expected)
    {
        var actual = Digest.OfFile(file);
        if (actual != expected)
            _damages.Add(new Difference(file, $"SHA-256 {expected}", $"SHA-256 {actual}"));
    }
}

/// <summary>The result of reading the whole store again.</summary>
public sealed record VerifyReport(int Artifacts, int Files, long Bytes, ImmutableArray<Difference> Damages);
