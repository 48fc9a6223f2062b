namespace Bootstrap.Publishing.Verification;

/// <summary>One thing that was checked of a publication.</summary>
/// <param name="Trouble">Why it does not hold, or null.</param>
public sealed record PublicationCheck(string What, string? Trouble, string Detail)
{
    internal static PublicationCheck Passed(string what, string detail) => new(what, null, detail);

    internal static PublicationCheck Failed(string what, string trouble) => new(what, trouble, "");
}
