using System.Text;

namespace Bootstrap.Tests.Platform;

/// <summary>Writes tar archives byte by byte, also such as no honest program would write.</summary>
internal sealed class RawTar
{
    private const int Block = 512;

    private readonly List<(char Type, string Name, string Link, string Content, int Mode)> _entries = [];

    /// <summary>Adds an entry in ustar format.</summary>
    public RawTar Add(char type, string name, string link = "", string content = "", int mode = 0b110_100_100)
    {
        _entries.Add((type, name, link, content, mode));
        return this;
    }

    public RawTar File(string name, string content = "content", int mode = 0b110_100_100) => Add('0', name, content: content, mode: mode);

    public RawTar Directory(string name, int mode = 0b111_101_101) => Add('5', name, mode: mode);

    public RawTar Link(string name, string target) => Add('2', name, target);

    public RawTar HardLink(string name, string target) => Add('1', name, target);

    /// <summary>A record of extended attributes for the next entry.</summary>
    public RawTar Pax(string key, string value) => Add('x', "pax", content: Record(key, value));

    /// <summary>The archive, with words in the links replaced by what they stand for.</summary>
    public MemoryStream Stream(params (string Word, string Meaning)[] words)
    {
        var archive = new MemoryStream();
        foreach (var (type, name, link, content, mode) in _entries)
            Write(archive, type, name, words.Aggregate(link, (text, word) => text.Replace(word.Word, word.Meaning, StringComparison.Ordinal)), content, mode);
        archive.Write(new byte[2 * Block]);
        archive.Position = 0;
        return archive;
    }

    private static void Write(MemoryStream archive, char type, string name, string link, string content, int mode)
    {
        var body = Encoding.UTF8.GetBytes(content);
        var header = new byte[Block];
        Put(header, 0, name);
        PutOctal(header, 100, 8, mode);
        PutOctal(header, 108, 8, 0);
        PutOctal(header, 116, 8, 0);
        PutOctal(header, 124, 12, body.Length);
        PutOctal(header, 136, 12, 0);
        header.AsSpan(148, 8).Fill((byte)' ');
        header[156] = (byte)type;
        Put(header, 157, link);
        Put(header, 257, "ustar\0" + "00");
        PutOctal(header, 148, 7, header.Sum(each => each));
        archive.Write(header);
        archive.Write(body);
        archive.Write(new byte[(Block - (body.Length % Block)) % Block]);
    }

    private static string Record(string key, string value)
    {
        var rest = $" {key}={value}\n";
        var length = rest.Length;
        while ($"{length}".Length + rest.Length != length)
            length = $"{length}".Length + rest.Length;
        return length + rest;
    }

    private static void Put(byte[] header, int at, string text) => Encoding.UTF8.GetBytes(text).AsSpan().CopyTo(header.AsSpan(at));

    private static void PutOctal(byte[] header, int at, int width, int value) =>
        Put(header, at, Convert.ToString(value, 8).PadLeft(width - 1, '0') + "\0");
}
