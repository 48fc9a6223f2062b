namespace Bootstrap.Sources.Http;

/// <summary>
/// A download under way: what came so far in <c>PATH</c>, and in <c>PATH.from</c> the URL it came from and the validator
/// (entity tag or date) by which the server can tell that it still has the same file.
/// </summary>
internal sealed class PartialFile(string path)
{
    private readonly string _origin = path + ".from";

    public string Path => path;

    /// <summary>Where a download from this URL can go on, or null if it has to begin at the start.</summary>
    public ResumePoint? Resume(Uri url)
    {
        if (!File.Exists(path) || !File.Exists(_origin))
            return null;
        var lines = File.ReadAllLines(_origin);
        var length = new FileInfo(path).Length;
        return lines.Length == 2 && lines[0] == Shown(url) && length > 0 ? new ResumePoint(length, lines[1]) : null;
    }

    public FileStream Begin(Uri url, string? validator)
    {
        Discard();
        if (validator is not null)
            File.WriteAllLines(_origin, [Shown(url), validator]);
        return new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
    }

    // Without login and query: what lends rights is nothing to write down, and may be another one when the download goes on.
    private static string Shown(Uri url) => url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);

    public FileStream Continue() => new(path, FileMode.Append, FileAccess.Write, FileShare.Read);

    public void Discard()
    {
        File.Delete(path);
        File.Delete(_origin);
    }
}

/// <summary>The byte to go on with, and the validator to send as <c>If-Range</c> (RFC 9110, 13.1.5).</summary>
internal sealed record ResumePoint(long Offset, string Validator);
