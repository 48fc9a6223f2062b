namespace Bootstrap.Publishing.Verification;

/// <summary>One thing that was checked of a publication.</summary>
/// <param name="What">What is claimed.</param>
/// <param name="Trouble">Why it does not hold, or null.</param>
/// <param name="Detail">What was found, for people, where it holds.</param>
public sealed record PublicationCheck(string What, string? Trouble, string Detail)
{
    internal static PublicationCheck Passed(string what, string detail) => new(what, null, detail);

    internal static PublicationCheck Failed(string what, string trouble) => new(what, trouble, "");
}
