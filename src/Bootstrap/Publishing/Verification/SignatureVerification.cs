using System.Collections.Immutable;
using Bootstrap.Platform;

namespace Bootstrap.Publishing.Verification;

/// <summary>Checks the signature of a list of checksums.</summary>
internal sealed class SignatureVerification(ProcessRunner processes, string? keyring)
{
    private const string What = "signature";

    public async Task<PublicationCheck> CheckAsync(string directory, CancellationToken cancel)
    {
        var signature = Path.Combine(directory, ChecksumFile.SignatureName);
        if (!File.Exists(signature))
        {
            return keyring is null
                ? PublicationCheck.Passed(What, "none: not signed")
                : PublicationCheck.Failed(What, $"there is no {ChecksumFile.SignatureName}, and --keyring says who has to have signed");
        }

        var program = keyring is null ? "gpg" : "gpgv";
        if (ProcessRunner.Find(program) is null)
            throw HostException.Missing($"{program} is not there, which checks signatures.", program);
        ImmutableArray<string> keys = keyring is null ? ["--batch", "--verify"] : ["--keyring", Path.GetFullPath(keyring)];
        var result = await processes.RunAsync(
            new Command(program, [.. keys, "--status-fd", "1", "--", signature, Path.Combine(directory, ChecksumFile.Name)]), cancel);
        var status = SignatureStatus.Parse(result.Output);
        return status is { Signer: { } signer, Trouble: null } && result.ExitCode == 0
            ? PublicationCheck.Passed(What, $"by {signer}")
            : PublicationCheck.Failed(What, status.Trouble ?? result.Error.Trim());
    }
}
