using Bootstrap.Platform;

namespace Bootstrap.Definitions.Reading;

/// <summary>What a text must look like: said in words for the message, and as a test.</summary>
internal sealed record TextRule(string Expected, Func<string, bool> Accepts)
{
    private const int LongestName = 64;

    /// <summary>Names become paths, labels that the host sees and mount arguments: nothing that any of these gives a meaning.</summary>
    public static readonly TextRule Name = new(
        "a name of at most 64 lower-case letters, digits and '.', '_', '+', '-', a letter or digit first",
        text => text.Length <= LongestName && IsMadeOf(text, "._+-") && !text.Any(char.IsAsciiLetterUpper));

    public static readonly TextRule Line = new("one line of text", text => !string.IsNullOrWhiteSpace(text) && IsLine(text));

    public static readonly TextRule LineOrEmpty = new("one line of text, or \"\"", IsLine);

    public static readonly TextRule Word = new("text without white space", IsWord);

    public static readonly TextRule Commands = new(
        "shell commands",
        text => !string.IsNullOrWhiteSpace(text) && text.All(c => c is '\n' or '\t' || !char.IsControl(c)));

    public static readonly TextRule Triplet = new(
        "a GNU triplet such as m68k-linux-gnu",
        text => Name.Accepts(text) && text.Split('-') is { Length: 3 or 4 } parts && parts.All(part => part.Length > 0));

    public static readonly TextRule Program = new("a program's name, looked for on the PATH", text => IsMadeOf(text, "._+-"));

    public static readonly TextRule LowestVersion = new(
        "a version of digits and dots such as \"4.4\", or \"\" for any",
        text => text.Length == 0 || text.Split('.').All(part => part.Length is > 0 and < 10 && part.All(char.IsAsciiDigit)));

    public static readonly TextRule Version = new(
        "a version of letters, digits and '.', '_', '+', '~', '-', a letter or digit first", text => IsMadeOf(text, "._+~-"));

    public static readonly TextRule Licence = new(
        "an SPDX licence expression", text => !string.IsNullOrWhiteSpace(text) && IsMadeOf(text.TrimStart('('), ".+-:() "));

    public static readonly TextRule Url = new(
        "an absolute https or http URL",
        text => IsWord(text) && Protocols.Parse(text, Protocols.Download) is { UserInfo.Length: 0 });

    public static readonly TextRule Repository = new(
        "an absolute https, http or file URL of a git repository",
        text => IsWord(text) && Protocols.Parse(text, Protocols.Git) is { UserInfo.Length: 0 } url
            && (!url.IsFile || text.StartsWith("file:///", StringComparison.Ordinal)));

    public static readonly TextRule Commit = new(
        "a commit of 40 lower-case hexadecimal digits", text => text.Length == 40 && text.All(char.IsAsciiHexDigitLower));

    public static readonly TextRule AnyPath = new("a path, absolute or relative to this file", IsWord);

    /// <summary>What follows a file's name: a dot and a few letters.</summary>
    public static readonly TextRule Suffix = new(
        "a suffix such as .sig", text => text.Length > 1 && text[0] == '.' && Holds(text, "."));

    public static readonly TextRule Sha256 = new(
        "a SHA-256 digest of 64 lower-case hexadecimal digits", text => Digest.TryParse(text, out _));

    public static readonly TextRule DebianPackage = new(
        "a Debian package's name of lower-case letters, digits and '.', '+', '-'",
        text => text.Length > 1 && IsMadeOf(text, ".+-") && !text.Any(char.IsAsciiLetterUpper));

    public static readonly TextRule AlpinePackage = new(
        "an Alpine package's name of letters, digits and '.', '_', '+', '-'", text => IsMadeOf(text, "._+-"));

    public static readonly TextRule FileName = new(
        "a file name without directories", text => IsPathPart(text) && IsWord(text) && !text.Contains('/', StringComparison.Ordinal));

    public static readonly TextRule RelativePath = new(
        "a relative path without '.' and '..'", text => IsWord(text) && text.Split('/').All(IsPathPart));

    /// <summary>Where a need may lie: the path becomes a mount argument too.</summary>
    public static readonly TextRule MountPoint = new(
        "'/' or an absolute path of letters, digits and '.', '_', '+', '-', without '.' and '..'",
        text => text == "/" || (text.StartsWith('/') && text[1..].Split('/').All(part => IsPathPart(part) && Holds(part, "._+-"))));

    /// <summary>A value within an option of qemu, where a comma would begin the next setting.</summary>
    public static readonly TextRule QemuValue = new(
        "a value of letters, digits and '.', '_', '+', '-', '=', ',', a letter or digit first", text => IsMadeOf(text, "._+-=,"));

    public static readonly TextRule Terminal = new("a terminal's name such as ttyS0", text => IsMadeOf(text, "_"));

    public static readonly TextRule Device = new(
        "a device such as /dev/vdb", text => text.StartsWith("/dev/", StringComparison.Ordinal) && MountPoint.Accepts(text));

    public static readonly TextRule AbsolutePath = new(
        "an absolute path without '.' and '..'", text => text.StartsWith('/') && RelativePath.Accepts(text[1..]));

    public static readonly TextRule Variable = new("a variable's name of lower-case letters, digits and '-', a letter first", VariableText.IsName);

    public static readonly TextRule EnvironmentName = new(
        "an environment variable's name of letters, digits and '_', no digit first",
        text => text.Length > 0 && !char.IsAsciiDigit(text[0]) && Holds(text, "_"));

    private static bool IsMadeOf(string text, string punctuation) =>
        text.Length > 0 && char.IsAsciiLetterOrDigit(text[0]) && Holds(text, punctuation);

    private static bool Holds(string text, string punctuation) =>
        text.All(c => char.IsAsciiLetterOrDigit(c) || punctuation.Contains(c, StringComparison.Ordinal));

    private static bool IsPathPart(string part) => part is not ("" or "." or "..");

    private static bool IsLine(string text) => !text.Any(c => c != '\t' && char.IsControl(c));

    private static bool IsWord(string text) => text.Length > 0 && !text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c));
}
