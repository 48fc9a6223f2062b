using Bootstrap.Definitions;
using Bootstrap.Sources.Http;

namespace Bootstrap.Sources.Mirrors;

/// <summary>One place that holds what <c>sources mirror</c> writes: a directory with files, their index and pins, or a URL that serves one.</summary>
internal sealed class Mirror
{
    private readonly Downloader _downloader;
    private readonly Action<string> _notice;
    private readonly Uri? _url;
    private readonly OnceAsync<Dictionary<Digest, string>?> _index;

    public Mirror(string place, Downloader downloader, Action<string> notice)
    {
        Place = NetworkEnvironment.WithoutLogins(place);
        _downloader = downloader;
        _notice = notice;
        _url = Protocols.Parse(place.TrimEnd('/') + "/", Protocols.Download);
        _index = new OnceAsync<Dictionary<Digest, string>?>(IndexAsync);
    }

    /// <summary>The place as the user named it, less a login.</summary>
    public string Place { get; }

    /// <summary>The path there of the file of this content, or null; the index is read once.</summary>
    public async Task<string?> FindAsync(Digest sha256, CancellationToken cancel) => (await _index.GetAsync(cancel))?.GetValueOrDefault(sha256);

    /// <summary>The text of a small file of the mirror, or null where it has none.</summary>
    public Task<string?> ReadAsync(string path, CancellationToken cancel) => _url is not null
        ? _downloader.ReadAsync(Url(_url, path), cancel)
        : OnDiskAsync(async file => File.Exists(file) ? await File.ReadAllTextAsync(file, cancel) : null, path);

    /// <summary>Leaves a file of the mirror in <paramref name="part"/>, checked; its progress is that of <paramref name="name"/>.</summary>
    public async Task CopyAsync(
        string path, Digest expected, PartialFile part, string name, IProgress<Advance> progress, CancellationToken cancel)
    {
        if (_url is not null)
        {
            await _downloader.DownloadAsync(Url(_url, path), expected, part, name, progress, cancel);
            return;
        }
        part.Discard();
        var actual = await OnDiskAsync(
            async file =>
            {
                await Task.Run(() => File.Copy(file, part.Path), cancel);
                return Digest.OfFile(part.Path);
            },
            path);
        var length = new FileInfo(part.Path).Length;
        progress.Report(new Advance(name, "fetching", length, length));
        if (actual == expected)
            return;
        part.Discard();
        throw new DownloadException($"the SHA-256 of {path} is {actual}, expected {expected}", transient: false);
    }

    private static Uri Url(Uri mirror, string path) => new(mirror, string.Join('/', path.Split('/').Select(Uri.EscapeDataString)));

    private async Task<T> OnDiskAsync<T>(Func<string, Task<T>> read, string path)
    {
        try
        {
            return await read(Path.Combine(Place, path));
        }
        catch (Exception failure) when (DiskFailure.Is(failure))
        {
            throw new DownloadException(failure.Message, transient: false, failure);
        }
    }

    private async Task<Dictionary<Digest, string>?> IndexAsync()
    {
        try
        {
            if (await ReadAsync(MirrorIndex.FileName, CancellationToken.None) is { } text)
                return MirrorIndex.Parse(text);
            _notice($"mirror {Place} is not used: it has no {MirrorIndex.FileName}, so it was not written by 'sources mirror'");
        }
        catch (DownloadException failure)
        {
            _notice($"mirror {Place} is not used: {failure.Message}");
        }
        return null;
    }
}

/// <summary>The index of a mirror, in the form that <c>sha256sum --check</c> reads: a line <c>SHA256  PATH</c> for each file.</summary>
internal static class MirrorIndex
{
    public const string FileName = "SHA256SUMS";

    private const string Separator = "  ";

    /// <summary>Where a mirror keeps a file of this content and name, of which no more is kept than a file's name may hold.</summary>
    public static string PathOf(Digest sha256, string name) =>
        $"blobs/{sha256}/{string.Concat(name.TrimStart('.').Select(c => IsPlain(c) ? c : '_'))}";

    public static string PinPath(string name) => $"pins/{name}.json";

    /// <summary>Reads the lines that are of this form and name a place within the mirror; others are of no use to us.</summary>
    public static Dictionary<Digest, string> Parse(string text)
    {
        var paths = new Dictionary<Digest, string>();
        foreach (var line in text.Split('\n'))
        {
            if (line.TrimEnd('\r').Split(Separator, 2) is [var hex, var path] && Digest.TryParse(hex, out var digest) && IsWithin(path))
                paths.TryAdd(digest, path);
        }
        return paths;
    }

    /// <summary>The index as text, for people in the order of the files' names.</summary>
    public static string Write(IEnumerable<KeyValuePair<Digest, string>> paths) => string.Concat(paths
        .OrderBy(entry => Path.GetFileName(entry.Value), StringComparer.Ordinal).ThenBy(entry => entry.Key.Hex, StringComparer.Ordinal)
        .Select(entry => $"{entry.Key}{Separator}{entry.Value}\n"));

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '+' or '-' or '~' or '%';

    private static bool IsWithin(string path) =>
        !path.Any(char.IsControl) && path.Split('/').All(part => part is not ("" or "." or ".."));
}
