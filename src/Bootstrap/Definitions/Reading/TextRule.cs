using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Bootstrap.Definitions.Reading;

/// <summary>What a text must look like: in words, as a pattern that .NET and JSON Schema read alike, and as a test of what that can't say.</summary>
internal sealed record TextRule(string Expected, string Pattern, Func<string, bool>? Also = null)
{
    private const string Control = @"\u0000-\u0008\u000b-\u001f\u007f-\u009f";
    private const string OneLine = @"[^\n" + Control + "]";
    private const string OneWord = @"[^\s" + Control + "]+";
    private const string NotDots = @"(?![.]{1,2}(?:/|$))";
    private const string PathPart = NotDots + @"[^/\s" + Control + "]+";
    private const string Condition = "(?:[<>]=?|!?=) *[0-9]{1,9}(?:[.][0-9]{1,9}){0,8}";
    private const string PlainPart = NotDots + "[A-Za-z0-9._+-]+";

    private static readonly string WebAddress = $@"(?:{string.Join('|', Protocols.Download)})://[^\s/?#@{Control}]+(?:[/?#][^\s{Control}]*)?";

    /// <summary>Names become paths, labels that the host sees and mount arguments: nothing that any of these gives a meaning.</summary>
    public static readonly TextRule Name = new(
        "a name of at most 64 lower-case letters, digits and '.', '_', '+', '-', a letter or digit first", "[a-z0-9][a-z0-9._+-]{0,63}");
    public static readonly TextRule Line = new("one line of text", $@"(?={OneLine}*\S){OneLine}+");
    public static readonly TextRule LineOrEmpty = new("one line of text, or \"\"", $"{OneLine}*");
    public static readonly TextRule Word = new("text without white space", OneWord);
    public static readonly TextRule Commands = new("shell commands", $@"(?=[\s\S]*\S)[^{Control}]+");
    public static readonly TextRule Triplet = new(
        "a triplet of Linux and glibc such as m68k-linux-gnu, of at most 64 characters", "(?=.{1,64}$)[a-z0-9][a-z0-9._+]*(?:-[a-z0-9._+]+)?-linux-gnu[a-z0-9._+]*");
    public static readonly TextRule Program = new("a program's name, looked for on the PATH", "[A-Za-z0-9][A-Za-z0-9._+-]*");
    public static readonly TextRule UserProgram = new("a program of qemu-user such as qemu-m68k", "qemu-(?!system-|(?:img|io|nbd|ga)$)[a-z0-9_]+(?<!-static)");
    public static readonly TextRule SystemProgram = new("a program of qemu-system such as qemu-system-m68k", "qemu-system-[a-z0-9_]+");
    public static readonly TextRule SystemOrImageProgram = new("a program of qemu-system such as qemu-system-m68k, or qemu-img", "qemu-(?:system-[a-z0-9_]+|img)");
    public static readonly TextRule MachineCode = new("bytes in hexadecimal digits, such as 7001 722a 4e40", "(?:[0-9a-f]{2}){1,8}(?: (?:[0-9a-f]{2}){1,8}){0,7}");
    public static readonly TextRule Bits32 = new(
        "a number of 32 bits such as 0x20", "0x[0-9a-fA-F]{1,8}|[0-9]{1,10}", text => Number32(text) is not null);
    public static readonly TextRule Numbers = new("a version of digits and dots such as \"10.0\"", "[0-9]{1,9}(?:[.][0-9]{1,9})*");
    public static readonly TextRule LowestVersion = new(
        "a version of digits and dots such as \"4.4\", or \"\" for any", "(?:[0-9]{1,9}(?:[.][0-9]{1,9})*)?");
    public static readonly TextRule Version = new(
        "a version of letters, digits and '.', '_', '+', '~', '-', a letter or digit first", "[A-Za-z0-9][A-Za-z0-9._+~-]*");
    public static readonly TextRule Window = new(
        "conditions such as \">= 15\" or \">= 5.4, < 6.18\", of <, <=, >, >=, = and !=, that some version can meet", $"{Condition}(?:, *{Condition})*",
        VersionWindow.IsPossible);
    public static readonly TextRule Licence = new("an SPDX licence expression", "[(]*[A-Za-z0-9][A-Za-z0-9.+:() -]*");
    public static readonly TextRule Url = new("an absolute https or http URL", WebAddress, IsUrl);
    public static readonly TextRule Repository = new(
        "an absolute https, http or file URL of a git repository, without a query or fragment", $@"(?!\S*[?#])(?:{WebAddress}|file:///{OneWord})", IsUrl);
    public static readonly TextRule Commit = new("a commit of 40 lower-case hexadecimal digits", "[0-9a-f]{40}");
    public static readonly TextRule AnyPath = new("a path, absolute or relative to this file", OneWord);
    public static readonly TextRule BesideTheFile = new("a path relative to this file", $"(?!/){OneWord}");
    public static readonly TextRule Suffix = new("a suffix such as .sig", "[.][A-Za-z0-9.]+");
    public static readonly TextRule Sha256 = new("a SHA-256 digest of 64 lower-case hexadecimal digits", "[0-9a-f]{64}");
    // To apt a name with a '-' at its end is a package to do without.
    public static readonly TextRule DebianPackage = new(
        "a Debian package's name of lower-case letters, digits and '.', '+', '-', without a '-' at its end", "[a-z0-9][a-z0-9.+-]+(?<!-)");
    public static readonly TextRule AlpinePackage = new(
        "an Alpine package's name of letters, digits and '.', '_', '+', '-'", "[A-Za-z0-9][A-Za-z0-9._+-]*");
    public static readonly TextRule AnyPackage = new(
        "a package's name of letters, digits and '.', '_', '+', '-', without a '-' at its end", "[A-Za-z0-9][A-Za-z0-9._+-]*(?<!-)");
    public static readonly TextRule FileName = new("a file name without directories", PathPart);
    public static readonly TextRule RelativePath = new("a relative path without '.' and '..'", $"{PathPart}(?:/{PathPart})*");
    public static readonly TextRule AbsolutePath = new("an absolute path without '.' and '..'", $"(?:/{PathPart})+");

    /// <summary>Where a need may lie: the path becomes a mount argument too.</summary>
    public static readonly TextRule MountPoint = new(
        "'/' or an absolute path of letters, digits and '.', '_', '+', '-', without '.' and '..'", $"/|(?:/{PlainPart})+");

    /// <summary>A value within an option of qemu, where a comma would begin the next setting.</summary>
    public static readonly TextRule QemuValue = new(
        "a value of letters, digits and '.', '_', '+', '-', '=', ',', a letter or digit first, no comma last, and not help",
        "(?!help$)[A-Za-z0-9](?:[A-Za-z0-9._+=,-]*[A-Za-z0-9._+=-])?(?<!,help)");
    public static readonly TextRule Terminal = new("a terminal's name such as ttyS0", "[A-Za-z0-9][A-Za-z0-9_]*");
    public static readonly TextRule DeviceTree = new("a device tree such as NAME.dtb or DIRECTORY/NAME.dtb", $"(?!-)(?:{PlainPart}/)*{NotDots}[A-Za-z0-9._+-]+[.]dtb");
    public static readonly TextRule Variable = new("a variable's name of lower-case letters, digits and '-', a letter first", "[a-z][a-z0-9-]*");
    public static readonly TextRule EnvironmentName = new(
        "an environment variable's name of letters, digits and '_', no digit first", "[A-Za-z_][A-Za-z0-9_]*");
    public static readonly TextRule Option = new(
        "options of configure such as --enable-NAME, --with-NAME=VALUE, --disable-NAME or --without-NAME, the last two without a value, of letters, digits and any of _.,:=+/@~-, "
        + "no comma at the end or before a '-'",
        "--(enable|with)-[A-Za-z0-9][A-Za-z0-9_.+-]*(=[A-Za-z0-9_.:=+/@~-]*(,[A-Za-z0-9_.:=+/@~][A-Za-z0-9_.:=+/@~-]*)*)?|--(disable|without)-[A-Za-z0-9][A-Za-z0-9_.+-]*");
    public static readonly TextRule Day = new("a day such as 2027-05-01", "[0-9]{4}-[0-9]{2}-[0-9]{2}",
        text => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _));

    private Regex? _whole;

    /// <summary>A number of 32 bits, decimal or with <c>0x</c> before hexadecimal digits; null where the text is none.</summary>
    public static uint? Number32(string text)
    {
        var isHexadecimal = text.StartsWith("0x", StringComparison.Ordinal);
        var style = isHexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None;
        return uint.TryParse(isHexadecimal ? text[2..] : text, style, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private static bool IsUrl(string text) => Uri.TryCreate(text, UriKind.Absolute, out _);

    public bool Accepts(string text) =>
        (_whole ??= new Regex($@"\A(?:{Pattern})\z", RegexOptions.CultureInvariant)).IsMatch(text) && Also?.Invoke(text) != false;

    /// <summary>YAML calls what looks like a number or a truth value so; to us it is text like any other.</summary>
    public JsonObject Schema() => new()
    {
        ["type"] = new JsonArray(["string", .. Accepts("1") ? (JsonNode[])["number"] : [], .. Accepts("true") ? (JsonNode[])["boolean"] : []]),
        ["pattern"] = $"^(?:{Pattern})$",
        ["patternErrorMessage"] = $"expected {Expected}",
    };
}
