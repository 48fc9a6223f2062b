using Bootstrap.Definitions;
using Bootstrap.Sandboxing;
using Bootstrap.Sources.Http;
using Bootstrap.Store;

namespace Bootstrap.Sources;

/// <summary>Checks the signatures that projects publish beside their release tarballs, by gpgv and the user's keyrings.</summary>
public sealed class SignatureCheck : IDisposable
{
    private readonly ArtifactStore _store;
    private readonly ProcessRunner _processes;
    private readonly ImmutableArray<string> _keyrings;
    private readonly Downloader _downloader;

    /// <exception cref="DefinitionException">A keyring is not there, or in another form.</exception>
    public SignatureCheck(ArtifactStore store, ProcessRunner processes, FetchSettings settings, IEnumerable<string> keyrings)
    {
        _store = store;
        _processes = processes;
        _keyrings = [.. keyrings.Select(CheckKeyring)];
        _downloader = new Downloader(settings);
    }

    /// <summary>Whose signature it is: fingerprint and name of the key.</summary>
    /// <exception cref="BuildException">The signature can't be had, or does not hold.</exception>
    public async Task<string> CheckAsync(PinnedSource pinned, string archive, CancellationToken cancel)
    {
        var source = pinned.Source;
        var signature = source.Upstream.Signature!;
        using var work = _store.NewWork("signature");
        var file = Path.Combine(work.Path, "signature");
        var url = await FetchAsync(source, signature, file, cancel);
        var signed = signature.OfTar ? await UnpackAsync(pinned, archive, work.Path, cancel) : archive;
        ImmutableArray<string> arguments = ["--status-fd", "1", .. _keyrings.SelectMany(keyring => new[] { "--keyring", keyring }), file, signed];
        var command = new ConfinedCommand(HostProgram.Gpgv, arguments)
        {
            Writable = [work.Path],
            Readable = [signed, .. _keyrings],
            Variables = ImmutableSortedDictionary<string, string>.Empty.Add("GNUPGHOME", work.Path),
        };
        var result = await command.RunAsync(_processes, cancel);
        var status = SignatureStatus.Parse(result.Output);
        return status is { Signer: { } signer, Trouble: null } ? signer : throw new BuildException(
            $"The signature of {source.Name} {source.Version} ({pinned.FileName}, by {url.AbsoluteUri}) does not hold: "
                + $"{status.Trouble ?? result.Error.Trim()}.\n  keyring: {string.Join(", ", _keyrings)}",
            "If the key is one that you trust, add it to the keyring; if not, what is pinned is not what its project has signed.");
    }

    public void Dispose() => _downloader.Dispose();

    private async Task<Uri> FetchAsync(Source source, TarballSignature signature, string file, CancellationToken cancel)
    {
        var failures = new List<string>();
        foreach (var url in signature.Urls)
        {
            try
            {
                if (await _downloader.ReadBytesAsync(url, cancel) is { } bytes)
                {
                    await File.WriteAllBytesAsync(file, bytes, cancel);
                    return url;
                }
                failures.Add($"{url.AbsoluteUri}: the server has no such file");
            }
            catch (DownloadException failure)
            {
                failures.Add($"{url.AbsoluteUri}: {failure.Message}");
            }
        }
        throw new BuildException(
            $"The signature of {source.Name} {source.Version} could not be fetched:{string.Concat(failures.Select(failure => $"\n  {failure}"))}",
            "Check the network, or leave --keyring out: every source is held to its SHA-256 all the same.");
    }

    private static async Task<string> UnpackAsync(PinnedSource pinned, string archive, string directory, CancellationToken cancel)
    {
        var unpacked = Path.Combine(directory, "archive.tar");
        try
        {
            await using var compressed = CompressedStream.Open(archive);
            await using var tar = File.Create(unpacked);
            await compressed.CopyToAsync(tar, cancel);
            return unpacked;
        }
        catch (InvalidDataException failure)
        {
            throw new BuildException(
                $"The signature of {pinned.Source.Name} {pinned.Source.Version} is of the tar in {pinned.FileName}, "
                    + $"which can't be unpacked: {failure.Message}.",
                "See that the definition's 'signature' is of the file itself, if it is not of the tar.", failure);
        }
    }

    /// <summary>The whole path of a file of keys that gpgv can read.</summary>
    /// <exception cref="DefinitionException">It is not there, or in another form.</exception>
    public static string CheckKeyring(string path)
    {
        var keyring = Path.GetFullPath(path);
        if (!File.Exists(keyring))
        {
            throw new DefinitionException(
                $"--keyring '{path}': there is no such file.", "Expected a file of OpenPGP keys, as 'gpg --export' writes it.");
        }
        using var reader = new StreamReader(keyring);
        return reader.Read() != '-' ? keyring : throw new DefinitionException(
            $"--keyring '{path}' is in the form for people ('-----BEGIN PGP…'), which gpgv does not read.",
            $"Convert it: gpg --dearmor <{path} >{path}.gpg");
    }
}
