namespace Bootstrap.Platform;

/// <summary>What gpg or gpgv has found out about a signature, read from its status lines (GnuPG's doc/DETAILS).</summary>
/// <param name="Signer">The fingerprint and name of the key whose signature holds, or null.</param>
/// <param name="Trouble">Why one does not hold, or null.</param>
public sealed record SignatureStatus(string? Signer, string? Trouble)
{
    private const string Prefix = "[GNUPG:] ";

    public static SignatureStatus Parse(string output)
    {
        string[][] lines = [.. output.Split('\n')
            .Where(line => line.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(line => line[Prefix.Length..].Split(' ', 3))];
        var trouble = lines.Select(Fault).FirstOrDefault(text => text is not null);
        var name = lines.FirstOrDefault(line => line[0] == "GOODSIG") is [_, _, var user] ? user : null;
        var signer = lines.FirstOrDefault(line => line[0] == "VALIDSIG") is [_, var fingerprint, ..] && name is not null ? $"{fingerprint} ({name})" : null;
        return new SignatureStatus(signer, trouble);
    }

    private static string? Fault(string[] line) => line switch
    {
        ["BADSIG", var key, var user] => $"bad signature: key {key} ({user}) signed different content",
        ["NO_PUBKEY", var key, ..] => $"it is made with key {key}, which is unknown",
        ["EXPKEYSIG", var key, var user] => $"key {key} ({user}) has expired",
        ["REVKEYSIG", var key, var user] => $"key {key} ({user}) is revoked",
        ["EXPSIG", var key, var user] => $"the signature by key {key} ({user}) has expired",
        _ => null,
    };
}
