using System.Collections.Immutable;
using Bootstrap.Definitions;
using Bootstrap.Platform;
using Bootstrap.Sources.Http;
using Bootstrap.Store;

namespace Bootstrap.Sources;

/// <summary>Checks the signatures that projects publish beside their release tarballs, by gpgv and the user's keyrings.</summary>
public sealed class SignatureCheck : IDisposable
{
    private static readonly ImmutableDictionary<string, string> Unpackers = new Dictionary<string, string>
    {
        [".xz"] = "xz",
        [".gz"] = "gzip",
        [".bz2"] = "bzip2",
        [".zst"] = "zstd",
    }.ToImmutableDictionary();

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
        HostProgram.Gpgv.Find();
        var name = pinned.FileName;
        var unpack = signature.OfTar && Unpackers.TryGetValue(Path.GetExtension(name), out var unpacker) ? $"{unpacker} -dc" : "cat";
        ImmutableArray<string> arguments =
        [
            "-euc", "from=$1; shift; " + unpack + """ <"$from" | gpgv --status-fd 1 "$@" - """, "check", archive,
            .. _keyrings.SelectMany(keyring => new[] { "--keyring", keyring }), file,
        ];
        var result = await new Fence(_processes, work.Path).RunAsync(HostProgram.Shell, arguments, work.Path, [new("GNUPGHOME", work.Path)], cancel);
        var status = SignatureStatus.Parse(result.Output);
        return status is { Signer: { } signer, Trouble: null } ? signer : throw new BuildException(
            $"The signature of {source.Name} {source.Version} ({name}, by {url}) does not hold: "
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
                failures.Add($"{url}: the server has no such file");
            }
            catch (DownloadException failure)
            {
                failures.Add($"{url}: {failure.Message}");
            }
        }
        throw new BuildException(
            $"The signature of {source.Name} {source.Version} could not be fetched:{string.Concat(failures.Select(failure => $"\n  {failure}"))}",
            "Check the network, or leave --keyring out: every source is held to its SHA-256 all the same.");
    }

    private static string CheckKeyring(string path)
    {
        var keyring = Path.GetFullPath(path);
        if (!File.Exists(keyring))
            throw new DefinitionException($"--keyring '{path}': there is no such file.", "Expected a file of OpenPGP keys, as 'gpg --export' writes it.");
        using var reader = new StreamReader(keyring);
        return reader.Read() != '-' ? keyring : throw new DefinitionException(
            $"--keyring '{path}' is in the form for people ('-----BEGIN PGP…'), which gpgv does not read.",
            $"Convert it: gpg --dearmor <{path} >{path}.gpg");
    }
}
