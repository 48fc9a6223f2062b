namespace Bootstrap.Publishing;

/// <summary>Signs files by gpg with a key of the user's keyring; makes no key.</summary>
public sealed class Signer
{
    /// <summary>What gpg needs of the user's environment: his keyring, and how its agent asks him for a passphrase.</summary>
    internal static ImmutableSortedDictionary<string, string> Environment => ProcessRunner.EnvironmentWith(
    [
        "HOME", "GNUPGHOME", "GPG_TTY", "TERM", "XDG_RUNTIME_DIR", "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "DBUS_SESSION_BUS_ADDRESS", "PINENTRY_USER_DATA",
    ]);

    /// <summary>What the name of a signature ends with, after that of the file.</summary>
    internal const string Ending = ".asc";

    private readonly ProcessRunner _processes;

    private Signer(ProcessRunner processes, string key)
    {
        _processes = processes;
        Key = key;
    }

    /// <summary>The fingerprint of the key.</summary>
    public string Key { get; }

    /// <summary>A signer with this key, once it is known to be there.</summary>
    /// <exception cref="HostException">gpg is missing, or has no such secret key, or more than one.</exception>
    public static async Task<Signer> WithAsync(ProcessRunner processes, string key, CancellationToken cancel)
    {
        HostProgram.Gpg.Find();
        var listed = await processes.RunAsync(Gpg("--batch", "--with-colons", "--list-secret-keys", "--", key), cancel);
        return Fingerprints(listed.Output) switch
        {
            [var fingerprint] => new Signer(processes, fingerprint),
            [] => throw new HostException(
                $"gpg has no secret key '{key}'.", "'gpg --list-secret-keys' lists what it has; none is ever made here."),
            var several => throw new HostException($"gpg has {several.Length} secret keys for '{key}'.", $"Name one by its fingerprint: {string.Join(", ", several)}"),
        };
    }

    /// <summary>Writes the signature of a file as <c>FILE.asc</c>, armoured, in place of one that is there.</summary>
    /// <exception cref="HostException">gpg fails; what it says of that is told.</exception>
    public async Task<string> SignAsync(string file, CancellationToken cancel)
    {
        var signature = file + Ending;
        await _processes.RequireAsync(
            Gpg("--batch", "--yes", "--armor", "--detach-sign", "--local-user", Key, "--output", signature, "--", file), cancel);
        return signature;
    }

    /// <summary>Writes the public key, in the binary form that gpgv and ostree read.</summary>
    /// <exception cref="HostException">gpg fails; what it says of that is told.</exception>
    public Task ExportAsync(string file, CancellationToken cancel) =>
        _processes.RequireAsync(Gpg("--batch", "--yes", "--output", file, "--export", Key), cancel);

    private static CommandSpec Gpg(params ImmutableArray<string> arguments) => new(HostProgram.Gpg.Name, arguments) { Environment = Environment };

    // GnuPG's doc/DETAILS: a line 'sec' for each secret key, after which the first 'fpr' is its own; field 10 is the fingerprint.
    private static string[] Fingerprints(string listing)
    {
        var lines = listing.Split('\n');
        return [.. Enumerable.Range(0, lines.Length)
            .Where(index => lines[index].StartsWith("sec:", StringComparison.Ordinal))
            .Select(index => lines.Skip(index).First(line => line.StartsWith("fpr:", StringComparison.Ordinal)).Split(':')[9])];
    }
}
