using System.Collections.Immutable;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Bootstrap.IntegrationTests.HostTools;

/// <summary>A file of a test's package; a link where it has a target.</summary>
internal sealed record ApkFile(string Path, string Content, string? Target = null, int Owner = 0);

/// <summary>Writes Alpine packages in the format that apk 2 reads: a signature, a control part and a data part, each compressed by itself.</summary>
internal sealed record ApkPackage(string Name, string Version, ImmutableArray<ApkFile> Files)
{
    private const int EndOfArchive = 1024;

    public ImmutableArray<string> Depends { get; init; } = [];

    /// <summary>Runs after the installation; null for none.</summary>
    public string? PostInstall { get; init; }

    public string FileName => $"{Name}-{Version}.apk";

    /// <summary>The package, signed, and its stanza of an index.</summary>
    public (byte[] Bytes, string Stanza) Build(ApkSigner signer)
    {
        var data = Data();
        var control = Control(data);
        byte[] bytes = [.. signer.Signature(control), .. control, .. data];
        var identity = Convert.ToBase64String(SHA1.HashData(control));
        var stanza = $"""
            C:Q1{identity}
            P:{Name}
            V:{Version}
            A:x86_64
            S:{bytes.Length}
            I:{data.Length}
            T:A package of a test
            U:https://example.org
            L:MIT
            {(Depends.IsEmpty ? "" : $"D:{string.Join(' ', Depends)}\n")}
            """;
        return (bytes, stanza.TrimEnd('\n') + "\n\n");
    }

    internal static byte[] Compress(byte[] bytes)
    {
        var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(bytes);
        return compressed.ToArray();
    }

    /// <summary>A tar archive of files, without the mark of its end where another follows it.</summary>
    internal static byte[] Tar(IEnumerable<TarEntry> entries, bool cut)
    {
        var archive = new MemoryStream();
        using (var writer = new TarWriter(archive, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var entry in entries)
            {
                // The same package has the same bytes whenever it is built.
                entry.ModificationTime = DateTimeOffset.UnixEpoch;
                writer.WriteEntry(entry);
            }
        }
        return archive.ToArray()[..^(cut ? EndOfArchive : 0)];
    }

    internal static PaxTarEntry Text(string name, string content, UnixFileMode mode = UnixFileMode.UserRead) => Bytes(name, Encoding.UTF8.GetBytes(content), mode);

    internal static PaxTarEntry Bytes(string name, byte[] content, UnixFileMode mode = UnixFileMode.UserRead) =>
        new(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content), Mode = mode };

    private byte[] Control(byte[] data)
    {
        var info = $"""
            pkgname = {Name}
            pkgver = {Version}
            arch = x86_64
            size = {data.Length}
            {string.Concat(Depends.Select(depend => $"depend = {depend}\n"))}datahash = {Convert.ToHexStringLower(SHA256.HashData(data))}

            """;
        var entries = new List<TarEntry> { Text(".PKGINFO", info) };
        if (PostInstall is not null)
            entries.Add(Text(".post-install", "#!/bin/sh\n" + PostInstall, (UnixFileMode)0b111_101_101));
        return Compress(Tar(entries, cut: true));
    }

    private byte[] Data()
    {
        var directories = Files.SelectMany(file => Parents(file.Path)).Distinct()
            .Select(path => (TarEntry)new PaxTarEntry(TarEntryType.Directory, path) { Mode = (UnixFileMode)0b111_101_101 });
        return Compress(Tar([.. directories, .. Files.Select(Member)], cut: false));
    }

    private static IEnumerable<string> Parents(string path)
    {
        for (var slash = path.IndexOf('/', StringComparison.Ordinal); slash > 0; slash = path.IndexOf('/', slash + 1))
            yield return path[..slash];
    }

    private static TarEntry Member(ApkFile file)
    {
        var checksum = new Dictionary<string, string>
        {
            ["APK-TOOLS.checksum.SHA1"] = Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(file.Target ?? file.Content))),
        };
        return file.Target is { } target
            ? new PaxTarEntry(TarEntryType.SymbolicLink, file.Path, checksum) { LinkName = target }
            : new PaxTarEntry(TarEntryType.RegularFile, file.Path, checksum)
            {
                DataStream = new MemoryStream(Encoding.UTF8.GetBytes(file.Content)),
                Mode = (UnixFileMode)0b111_101_101,
                Uid = file.Owner,
                Gid = file.Owner,
            };
    }
}
