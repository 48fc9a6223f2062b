using System.Text;

namespace Bootstrap.Platform;

/// <summary>Reads logs of whatever ran, which may be gigabytes, and all of it one line.</summary>
public static class LogText
{
    private const int LongestLine = 1 << 16;

    /// <summary>The lines of the last <paramref name="most"/> bytes, cut where they are longer than 64 KiB; none where there is no file.</summary>
    public static IEnumerable<string> Lines(string path, long most = long.MaxValue)
    {
        if (!File.Exists(path))
            yield break;
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        reader.BaseStream.Position = Math.Max(0, reader.BaseStream.Length - most);
        var line = new StringBuilder();
        for (var next = reader.Read(); next >= 0; next = reader.Read())
        {
            if (next == '\n' || line.Length == LongestLine)
            {
                yield return line.ToString().TrimEnd('\r');
                line.Clear();
            }
            if (next != '\n')
                line.Append((char)next);
        }
        if (line.Length > 0)
            yield return line.ToString();
    }
}
