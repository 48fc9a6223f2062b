using System.Text;
using Bootstrap.Definitions;
using Bootstrap.Sandboxing;
using Bootstrap.Sources.Http;

namespace Bootstrap.Sources.Mirrors;

/// <summary>One place that holds what <c>sources mirror</c> writes: a directory with files, their index and pins, or a URL that serves one.</summary>
internal sealed class Mirror
{
    private readonly Downloader _downloader;
    private readonly Action<string> _notice;
    private readonly string? _key;
    private readonly Uri? _url;
    private readonly OnceAsync<Dictionary<Digest, string>?> _index;

    /// <param name="key">A file of keys, one of which has to have signed the index.</param>
    public Mirror(string place, string? key, Downloader downloader, Action<string> notice)
    {
        _key = key;
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

    /// <summary>The text of a pin, which is held to the index where that speaks of it or is signed; null where the mirror has none.</summary>
    /// <exception cref="DownloadException">It can't be had, or is another one.</exception>
    public async Task<string?> ReadPinAsync(string name, CancellationToken cancel)
    {
        var path = MirrorIndex.PinPath(name);
        if (await _index.GetAsync(cancel) is not { } index || await ReadAsync(path, cancel) is not { } bytes)
            return null;
        var digest = Digest.Of(new MemoryStream(bytes));
        var isListed = index.TryGetValue(digest, out var listed) && listed == path;
        return isListed || (_key is null && !index.ContainsValue(path)) ? Encoding.UTF8.GetString(bytes)
            : throw new DownloadException($"its SHA-256 is {digest}, and {MirrorIndex.FileName} does not say so", transient: false);
    }

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

    private Task<byte[]?> ReadAsync(string path, CancellationToken cancel) => _url is not null
        ? _downloader.ReadBytesAsync(Url(_url, path), cancel)
        : OnDiskAsync(async file => FileSystem.IsFile(file) ? await File.ReadAllBytesAsync(file, cancel) : null, path);

    private async Task<Dictionary<Digest, string>?> IndexAsync()
    {
        try
        {
            if (await ReadAsync(MirrorIndex.FileName, CancellationToken.None) is { } bytes)
            {
                await RequireSignatureAsync(bytes);
                return MirrorIndex.Parse(Encoding.UTF8.GetString(bytes));
            }
            _notice($"mirror {Place} is not used: it has no {MirrorIndex.FileName}, so it was not written by 'sources mirror'");
        }
        catch (DownloadException failure)
        {
            _notice($"mirror {Place} is not used: {failure.Message}");
        }
        return null;
    }

    private async Task RequireSignatureAsync(byte[] index)
    {
        if (_key is null)
            return;
        using var scratch = new StagedDirectory(Path.GetTempPath(), "bootstrap-verifying-");
        var (signed, signature) = (Path.Combine(scratch.Path, "signed"), Path.Combine(scratch.Path, "signature"));
        await File.WriteAllBytesAsync(signed, index);
        await File.WriteAllBytesAsync(signature, await ReadAsync(MirrorIndex.SignatureName, CancellationToken.None) ?? []);
        using var processes = new ProcessRunner();
        var command = new ConfinedCommand(HostProgram.Gpgv, "--status-fd", "1", "--keyring", _key, "--", signature, signed) { Readable = [_key, scratch.Path] };
        var result = await command.RunAsync(processes, CancellationToken.None);
        var status = SignatureStatus.Parse(result.Output);
        if (status is not { Signer: not null, Trouble: null } || result.ExitCode != 0)
        {
            throw new HostException(
                $"The index of the mirror {Place} is not signed by a key of {_key}: {status.Trouble ?? result.Error.Trim().Split('\n')[0]}.",
                "'bootstrap sources mirror DIR TARGET --sign KEY' signs it; name the public keys by --mirror-key FILE.");
        }
    }
}

/// <summary>The index of a mirror, in the form that <c>sha256sum --check</c> reads: a line <c>SHA256  PATH</c> for each file.</summary>
internal static class MirrorIndex
{
    public const string FileName = "SHA256SUMS";
    public const string SignatureName = FileName + ".asc";

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
